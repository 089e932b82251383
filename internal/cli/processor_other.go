//go:build !unix

package cli

import "time"

var started = time.Now()

// processorTime is the time on the clock, where the system does not tell what the program has used.
func processorTime() time.Duration { return time.Since(started) }
