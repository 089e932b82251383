package measure_test

import (
	"testing"
	"time"

	"amana/internal/measure"
)

func TestWatch(t *testing.T) {
	t.Parallel()
	w := measure.Begin()
	time.Sleep(20 * time.Millisecond)
	if took := w.Took(); took.Wall < 20*time.Millisecond || took.CPU < 0 {
		t.Errorf("%+v", took)
	}
	took := measure.Took{Wall: 4 * time.Second, CPU: time.Second}.Plus(measure.Took{Wall: time.Second, CPU: time.Second})
	if got := took.PerCore(10); got != 5 {
		t.Errorf("%v a second by two seconds of processor time", got)
	}
	if got := (measure.Took{Wall: 5 * time.Second}).PerCore(10); got != 2 {
		t.Errorf("%v a second by the wall", got)
	}
}

// TestMemory holds a hundred megabytes and looks whether they are counted.
func TestMemory(t *testing.T) {
	t.Parallel()
	before := measure.ReadMemory()
	held := make([]byte, 100e6)
	for i := range held {
		held[i] = byte(i)
	}
	after := measure.ReadMemory()
	if after.Live-before.Live < 90 || after.Peak < 100 || after.Peak < before.Peak {
		t.Errorf("before %+v, after %+v, with %d bytes", before, after, len(held))
	}
	if held[12345] != byte(12345%256) {
		t.Error("it was never held")
	}
}
