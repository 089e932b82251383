package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"amana/internal/store"
)

// program starts the test binary as the program.
func program(ctx context.Context, args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	c := exec.CommandContext(ctx, self, args...)
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}

func output(t *testing.T, args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	c := program(t.Context(), args...)
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("amana %v: %v\n%s", args, err, errs.String())
	}
	return string(out)
}

// TestKill kills the importer and a serving node with SIGKILL at a hundred random moments. After every restart nothing
// that was acknowledged is missing, nothing is half there, and the register verifies.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := filepath.Join(dir, "kill.db")
	manifests := strings.Fields(output(t, "generate", filepath.Join(dir, "manifests"), "--people", "600", "--seed", "5"))
	output(t, "import", "--db", db, "--setup-2026", "--place", "SY-HSK", manifests[0])
	token := strings.TrimSpace(output(t, "account", "create", "--db", db, "clerk", "registrar"))
	rng := rand.New(rand.NewPCG(7, 7))
	acked := map[int64]string{} // entries that the serving node acknowledged, and what they say
	imported := map[string]int{}
	rounds := 100
	if testing.Short() { // under the race detector
		rounds = 16
	}
	for round := range rounds {
		if round%2 == 0 {
			killServer(t, db, token, time.Duration(rng.IntN(250))*time.Millisecond, round, acked)
		} else {
			killImport(t, db, manifests[round/2%len(manifests)], time.Duration(rng.IntN(400))*time.Millisecond, imported)
		}
		checkAfterKill(t, db, acked, imported, round%10 == 9 || round == rounds-1)
	}
	if len(acked) < rounds {
		t.Errorf("only %d entries were acknowledged before the kills: the test kills too early to mean anything", len(acked))
	}
	t.Logf("%d entries acknowledged by the server, %d files by the importer", len(acked), len(imported))
}

// killServer serves, writes through the API from four clients, and kills the node some time after the first answer.
func killServer(t *testing.T, db, token string, after time.Duration, round int, acked map[int64]string) {
	t.Helper()
	c := program(t.Context(), "serve", "--db", db, "--addr", "127.0.0.1:0")
	errs, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	url := listening(t, errs)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for client := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				said := fmt.Sprintf("round %d client %d note %d", round, client, n)
				body := `{"observations":[{"type":"welfare_check","text":"` + said + `"}]}`
				req, err := http.NewRequest(http.MethodPost, url+"/api/v1/observations", strings.NewReader(body))
				if err != nil {
					return
				}
				req.Header.Set("Authorization", "Bearer "+token)
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Idempotency-Key", fmt.Sprintf("kill-%d-%d-%d", round, client, n))
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					return // killed
				}
				answer, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close() // read to the end
				if err != nil {
					return
				}
				var done struct {
					Seq int64 `json:"entry"`
				}
				if resp.StatusCode/100 != 2 || json.Unmarshal(answer, &done) != nil || done.Seq == 0 {
					t.Errorf("the server answered %d: %s", resp.StatusCode, answer)
					return
				}
				mu.Lock()
				acked[done.Seq] = said
				mu.Unlock()
			}
		})
	}
	time.Sleep(after)
	_ = c.Process.Signal(syscall.SIGKILL) // it runs
	_ = c.Wait()                          // killed
	wg.Wait()
	http.DefaultClient.CloseIdleConnections()
}

// listening reads the server's log until it says where it listens.
func listening(t *testing.T, errs io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(errs)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "url="); ok {
			url, _, _ = strings.Cut(url, " ")
			go func() { _, _ = io.Copy(io.Discard, errs) }() // ends with the process
			return strings.TrimRight(strings.Trim(url, `"`), "/")
		}
	}
	t.Fatal("the server ended before it listened")
	return ""
}

func killImport(t *testing.T, db, manifest string, after time.Duration, imported map[string]int) {
	t.Helper()
	var out bytes.Buffer
	c := program(t.Context(), "import", "--json", "--db", db, "--place", "SY-HSK", manifest)
	c.Stdout = &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	killer := time.AfterFunc(after, func() { _ = c.Process.Signal(syscall.SIGKILL) }) // it may have ended
	err := c.Wait()
	killer.Stop()
	if err != nil {
		return
	}
	var got struct {
		Files []struct {
			File       string `json:"file"`
			Registered int    `json:"registered"`
			Unchanged  bool   `json:"unchanged"`
		} `json:"files"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("import answered %s: %v", out.String(), err)
	}
	for _, f := range got.Files {
		if !f.Unchanged {
			imported[f.File] = f.Registered
		}
	}
}

func checkAfterKill(t *testing.T, db string, acked map[int64]string, imported map[string]int, whole bool) {
	t.Helper()
	ctx := t.Context()
	s, err := store.Open(ctx, db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	head, err := s.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for seq, said := range acked {
		row, err := s.Row(ctx, seq)
		if err != nil {
			t.Fatalf("entry %d was acknowledged and is gone, the log ends at %d: %v", seq, head.Size, err)
		}
		if !bytes.Contains(row.Body, []byte(said)) {
			t.Errorf("entry %d was acknowledged as %q and says something else", seq, said)
		}
	}
	files, err := s.Files(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if n, told := imported[f.File]; told && n != f.Registered {
			t.Errorf("%s: %d were acknowledged as registered, %d are", f.File, n, f.Registered)
		}
		if f.Registered == 0 && f.Good > 0 {
			t.Errorf("%s is recorded as imported with %d good rows, and nobody from it is registered", f.File, f.Good)
		}
	}
	for name := range imported {
		found := false
		for _, f := range files {
			found = found || f.File == name
		}
		if !found {
			t.Errorf("the import of %s was acknowledged and is gone", name)
		}
	}
	if !whole {
		return
	}
	problems, err := s.Verify(ctx, store.Trust{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("after a kill: %s %s: %s", p.Rule, p.Where, p.Message)
	}
}
