//go:build unix

package cli

import (
	"syscall"
	"time"
)

// processorTime is what all threads of the program have used so far (getrusage(2)), 0 when the system does not tell.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
