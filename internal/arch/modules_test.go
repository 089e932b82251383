package arch

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// module is a row of the table of what is borrowed.
type module struct {
	rooms []string // tests may always
	used  bool
}

func modules(t *testing.T) map[string]*module {
	t.Helper()
	all := map[string]*module{}
	for _, row := range table(t, "What is borrowed") {
		if len(row) != 3 || strings.TrimSpace(row[1]) == "" {
			t.Fatalf("the row %q has no module, reason and rooms", row)
		}
		all[names(row[0])[0]] = &module{rooms: names(row[2])}
	}
	return all
}

// TestModules holds imports against the table: each module that we import has a reason and rooms of its own.
func TestModules(t *testing.T) {
	t.Parallel()
	table := modules(t)
	for _, s := range load(t) {
		for _, path := range s.imports {
			first, _, _ := strings.Cut(path, "/")
			if first == "amana" || !strings.Contains(first, ".") {
				continue
			}
			name, m := owner(table, path)
			switch {
			case m == nil:
				t.Errorf("%s imports %s: the table in ARCHITECTURE.md does not list its module", s.path, path)
			case !s.test && !slices.Contains(m.rooms, s.room):
				t.Errorf("%s imports %s: %s is for %v", s.path, path, name, m.rooms)
			default:
				m.used = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if !table[name].used {
			t.Errorf("ARCHITECTURE.md lists %s, which nothing imports", name)
		}
	}
}

func owner(table map[string]*module, path string) (string, *module) {
	for name, m := range table {
		if path == name || strings.HasPrefix(path, name+"/") {
			return name, m
		}
	}
	return "", nil
}

// TestRequires holds go.mod against the table: what is required without being imported by us is marked as indirect.
func TestRequires(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Replace) > 0 || len(file.Exclude) > 0 {
		t.Error("go.mod replaces or excludes modules: take a version that needs neither")
	}
	table := modules(t)
	for _, r := range file.Require {
		if _, m := owner(table, r.Mod.Path); m == nil && !r.Indirect {
			t.Errorf("go.mod requires %s, which ARCHITECTURE.md does not list", r.Mod.Path)
		}
	}
}
