-- Asks the targets of a file, one a line (an entity tag after a tab makes a request conditional), over and over.
local targets, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local path, etag = line:match("^([^\t]*)\t?(.*)$")
    local headers = {}
    if etag ~= "" then headers["If-None-Match"] = etag end
    targets[#targets + 1] = wrk.format("GET", path, headers)
  end
  at = tonumber(args[2]) % #targets
end

function request()
  at = at % #targets + 1
  return targets[at]
end

function done(summary, latency, requests)
  local e = summary.errors
  print(string.format(
    '\nRESULT {"requests": %d, "seconds": %f, "bytes": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d, "late": %d}',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write, e.timeout))
end
