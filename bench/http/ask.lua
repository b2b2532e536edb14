-- wrk: asks for the paths of the file PATHS in turn, as whoever owns the cookie COOKIE; prints figures as one line of JSON.
local paths = {}
for line in io.lines(os.getenv("PATHS")) do
    paths[#paths + 1] = line
end
local at = 0
local headers = { ["Cookie"] = os.getenv("COOKIE"), ["Accept-Language"] = "zh" }

function request()
    at = at % #paths + 1
    return wrk.format("GET", paths[at], headers)
end

function done(summary, latency, requests)
    local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format('{"requests": %d, "seconds": %f, "bad": %d, "p50": %f, "p95": %f, "p99": %f}\n', summary.requests,
        summary.duration / 1e6, bad, latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
