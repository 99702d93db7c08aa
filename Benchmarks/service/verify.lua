-- Each request proves another person's code, once.
--
-- Arguments: the list, and the number of threads. Lines of the list: ADDRESS CODE TOKEN for Usher, where everybody proves
-- their own authenticator in a session of their own; SERIAL CODE for privacyIDEA.
local threads = 0
function setup(thread)
  thread:set("first", threads)
  threads = threads + 1
end

local function made(name, code, token)
  local headers = { ["Host"] = "127.0.0.1" }
  if token == "" then
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return wrk.format("POST", "/validate/check", headers, "serial=" .. name .. "&pass=" .. code)
  end
  headers["Authorization"] = "Bearer " .. token
  headers["Content-Type"] = "application/json"
  return wrk.format("POST", "/api/v1/people/" .. name .. "/mfa/verifications", headers, '{"code":"' .. code .. '"}')
end

function init(arguments)
  local list, count = arguments[1], tonumber(arguments[2])
  requests, last = {}, 0
  local number = 0
  for line in io.lines(list) do
    if number % count == first then
      requests[#requests + 1] = made(line:match("(%S+) (%S+) ?(%S*)"))
    end
    number = number + 1
  end
end

function request()
  last = last + 1
  if last >= #requests then wrk.thread:stop() end
  return requests[math.min(last, #requests)]
end

-- Verifications a second, all, refused by status, p50 and p99 in milliseconds.
function done(summary, latency)
  io.write(string.format("%.0f %d %d %.2f %.2f\n",
    summary.requests / (summary.duration / 1e6), summary.requests, summary.errors.status,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
