package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// root is the folder of the repository.
const root = "../.."

// source is one Go file of ours.
type source struct {
	path      string // from the root, with slashes
	room      string // "store", "cmd/amana"
	test      bool   // a _test.go file, or a room that only tests import
	generated bool
	imports   []string
	file      *ast.File
	lines     int
}

// testRooms are imported by tests only.
var testRooms = []string{"arch", "testdb", "registertest"}

var fileSet = token.NewFileSet()

// sources are all Go files under internal and cmd, parsed once.
var sources = sync.OnceValues(func() ([]source, error) {
	var all []source
	for _, top := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules") {
				return fs.SkipDir
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") {
				return nil
			}
			s, err := read(path)
			all = append(all, s)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
})

func read(path string) (source, error) {
	f, err := parser.ParseFile(fileSet, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return source{}, err
	}
	s := source{path: filepath.ToSlash(rel), file: f, generated: ast.IsGenerated(f), lines: fileSet.File(f.Pos()).LineCount()}
	parts := strings.Split(s.path, "/")
	if s.room = parts[1]; parts[0] == "cmd" {
		s.room = "cmd/" + parts[1]
	}
	s.test = strings.HasSuffix(path, "_test.go") || slices.Contains(testRooms, s.room)
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, name)
	}
	return s, nil
}

func load(t *testing.T) []source {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("there is no source to test")
	}
	return all
}

// where names a place in a source for whoever reads a failure.
func where(s source, n ast.Node) string {
	return s.path + ":" + strconv.Itoa(fileSet.Position(n.Pos()).Line)
}

var quoted = regexp.MustCompile("`([^`]+)`")

// table reads the rows of the Markdown table under a heading of ARCHITECTURE.md: for each, its cells as they stand.
func table(t *testing.T, heading string) [][]string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("ARCHITECTURE.md has no heading %q", heading)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	var rows [][]string
	for line := range strings.Lines(rest) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "|") {
			rows = append(rows, strings.Split(strings.Trim(line, "|"), "|"))
		}
	}
	if len(rows) < 3 {
		t.Fatalf("there is no table under %q in ARCHITECTURE.md", heading)
	}
	return rows[2:] // without the head and its rule
}

// names are the code words of a cell.
func names(cell string) []string {
	var all []string
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		all = append(all, m[1])
	}
	return all
}
