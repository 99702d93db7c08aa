-- Prints requests a second, and the milliseconds of the median and of the 99th percentile.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("%.0f %.2f %.2f %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
