package measure

// LatencyOf is tried without waiting.
var LatencyOf = latencyOf
