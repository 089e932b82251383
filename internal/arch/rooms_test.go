package arch

import (
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// outside is what of Go's own library reaches the world, and what the column "touches" calls it.
var outside = map[string]string{
	"database/sql": "database/sql", "database/sql/driver": "database/sql",
	"net": "net", "net/http": "net/http", "net/http/httptest": "net/http", "net/http/httputil": "net/http",
	"log": "log/slog", "log/slog": "log/slog",
	"os": "os", "os/exec": "os", "os/signal": "os", "os/user": "os", "io/ioutil": "os", "syscall": "os",
}

// room is a row of the table of rooms.
type room struct{ imports, touches []string }

func rooms(t *testing.T) map[string]room {
	t.Helper()
	all := map[string]room{}
	for _, row := range table(t, "Rooms") {
		if len(row) != 4 {
			t.Fatalf("the row %q has %d cells", row, len(row))
		}
		all[names(row[0])[0]] = room{imports: names(row[2]), touches: names(row[3])}
	}
	return all
}

func TestRooms(t *testing.T) {
	t.Parallel()
	table, built := rooms(t), map[string]bool{}
	for _, s := range load(t) {
		built[s.room] = true
		r, known := table[s.room]
		if !known {
			t.Errorf("%s: the room %s is not in the table of ARCHITECTURE.md", s.path, s.room)
			continue
		}
		for _, i := range s.imports {
			checkImport(t, s, r, i)
		}
		if !s.test && !slices.Contains(r.touches, "time.Now") {
			ast.Inspect(s.file, func(n ast.Node) bool {
				if name := selected(n, "time"); name == "Now" || name == "Since" || name == "Until" {
					t.Errorf("%s: time.%s: the room %s gets the time from its caller or from clock", where(s, n), name, s.room)
				}
				return true
			})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		r := table[name]
		if !built[name] {
			t.Errorf("ARCHITECTURE.md has a row for %s, which does not exist", name)
		}
		for _, i := range r.imports {
			if _, known := table[i]; !known {
				t.Errorf("ARCHITECTURE.md lets %s import %s, which has no row", name, i)
			}
		}
	}
}

func checkImport(t *testing.T, s source, r room, path string) {
	t.Helper()
	if touched, is := outside[path]; is && !s.test && !slices.Contains(r.touches, touched) {
		t.Errorf("%s imports %s: the room %s touches %v only", s.path, path, s.room, r.touches)
	}
	ours, is := strings.CutPrefix(path, "amana/internal/")
	if !is {
		return
	}
	ours, _, _ = strings.Cut(ours, "/")
	switch {
	case ours == s.room:
	case ours == "cli" && s.room != "cmd/amana":
		t.Errorf("%s imports cli: only cmd/amana does", s.path)
	case strings.HasSuffix(s.path, "_test.go"):
	case slices.Contains(testRooms, ours) && !s.test:
		t.Errorf("%s imports %s, which is for tests only", s.path, ours)
	case !slices.Contains(r.imports, ours):
		t.Errorf("%s imports %s: the room %s leans on %v only", s.path, ours, s.room, r.imports)
	}
}

// TestNoCircle finds rooms that the table lets lean on each other, which would be one room.
func TestNoCircle(t *testing.T) {
	t.Parallel()
	table := rooms(t)
	state := map[string]int{} // 1: being visited, 2: done
	var visit func(string, []string)
	visit = func(name string, path []string) {
		path = append(path, name)
		switch state[name] {
		case 1:
			t.Errorf("rooms lean on each other in a circle: %s", strings.Join(path, " → "))
		case 0:
			state[name] = 1
			for _, next := range table[name].imports {
				visit(next, path)
			}
			state[name] = 2
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		visit(name, nil)
	}
}

var sqlWords = regexp.MustCompile(`(?is)\b(SELECT\s.+\sFROM|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET|CREATE\s+(TABLE|INDEX)|ALTER\s+TABLE)\s`)

func TestSQLStandsInTheStoreOnly(t *testing.T) {
	t.Parallel()
	for _, s := range load(t) {
		if s.room == "store" || s.test || s.path == "internal/measure/trigram.go" { // the peer that is measured beside ours
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && sqlWords.MatchString(l.Value) {
				t.Errorf("%s: SQL outside store: %s", where(s, n), l.Value)
			}
			return true
		})
	}
}

// selected is the name that n selects from the package pkg, or empty.
func selected(n ast.Node, pkg string) string {
	if sel, ok := n.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg {
			return sel.Sel.Name
		}
	}
	return ""
}
