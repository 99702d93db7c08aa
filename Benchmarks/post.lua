-- Sends one body again and again, and prints what get.lua of the service's benchmark prints.
--
-- Arguments: the body, its type, and the header Authorization.
function init(arguments)
  wrk.method = "POST"
  wrk.body = arguments[1]
  wrk.headers["Content-Type"] = arguments[2]
  wrk.headers["Authorization"] = arguments[3]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("%.0f %.2f %.2f %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
