package cli_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"amana/internal/cli"
)

// asProgram makes the test binary behave as the program, so that tests can start, stop and kill it as a process of its own.
const asProgram = "AMANA_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	program := func() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
	if os.Getenv(asProgram) != "" {
		program()
	}
	testscript.Main(m, map[string]func(){"amana": program})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}
