package measure

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Watch is a stopwatch for wall and processor time. The zero Watch has not begun.
type Watch struct {
	began time.Time
	cpu   time.Duration
}

// Begin starts a stopwatch.
func Begin() Watch { return Watch{time.Now(), processorTime()} }

// Took is how long something took.
type Took struct {
	Wall time.Duration
	CPU  time.Duration // of all threads of the process, those of the runtime included; 0 where the system does not tell
}

// Took is the time since the beginning.
func (w Watch) Took() Took {
	t := Took{Wall: time.Since(w.began)}
	if cpu := processorTime(); cpu > 0 {
		t.CPU = cpu - w.cpu
	}
	return t
}

// Plus adds two times.
func (t Took) Plus(u Took) Took { return Took{t.Wall + u.Wall, t.CPU + u.CPU} }

// Processor is the processor time, or the wall time where the system does not tell.
func (t Took) Processor() time.Duration {
	if t.CPU > 0 {
		return t.CPU
	}
	return t.Wall
}

// PerCore is how many of n things one core does in a second of processor time.
func (t Took) PerCore(n int) Ratio { return Ratio(float64(n) / t.Processor().Seconds()) }

// Memory is what the process holds, in megabytes of 1,000,000 bytes.
type Memory struct {
	Peak float64 `json:"peak_rss_mb"`  // the most that ever was in memory at one time, as the system counts it; 0 where it does not tell
	Live float64 `json:"live_heap_mb"` // what is in use after collecting garbage
}

const megabyte = 1e6

// ReadMemory collects garbage and tells what is left, and the peak so far.
func ReadMemory() Memory {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	out := Memory{Live: float64(m.HeapAlloc) / megabyte}
	if peak, err := peak(); err == nil { // not every system tells
		out.Peak = float64(peak) / megabyte
	}
	return out
}

// peak reads VmHWM of proc(5), in bytes. getrusage's figure is not taken: it counts what the parent held before the program began.
func peak() (int64, error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("reading the peak of memory: %w", err)
	}
	defer f.Close() // only read
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("the system does not tell the peak of memory")
}
