package store_test

import (
	"os"
	"path/filepath"
	"testing"

	rt "amana/internal/registertest"
)

// TestClosed asks that a register that was closed is one file: whoever copies it has everything.
func TestClosed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	t.Run("write", func(t *testing.T) {
		w := rt.New(t, filepath.Join(dir, "register.db"))
		w.People(t, 1)
		w.Sound(t)
	})
	files, err := os.ReadDir(dir)
	rt.Must(t, err)
	if len(files) != 1 {
		t.Errorf("a closed register left %v", files)
	}
}
