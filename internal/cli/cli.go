// Package cli is the program amana: one command per job, each with help, JSON output and an exit code that scripts can trust.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"amana/internal/fault"
)

// Exit codes.
const (
	exitOK       = 0
	exitFailure  = 1 // something of ours or of the machine failed
	exitUsage    = 2 // the command line or the input is wrong
	exitRefused  = 3 // a rule refused, or there is no such thing
	exitUnproven = 4 // verification found a problem
)

// errUnproven ends a verification that found problems, which are printed already.
var errUnproven = errors.New("verification found problems")

// options are the flags that every command shares.
type options struct {
	db, keys string
	json     bool
	verbose  bool
	out, err io.Writer
}

// Main runs the program and returns its exit code.
func Main(args []string, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o := &options{out: out, err: errOut}
	root := o.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errUnproven) {
		return exitUnproven
	}
	var told toldError
	if errors.As(err, &told) {
		return exitCode(told.error)
	}
	return o.fail(err)
}

// toldError was printed where it happened; only its exit code is left to tell.
type toldError struct{ error }

// fail prints an error once, as JSON when asked, and gives the exit code for it.
func (o *options) fail(err error) int {
	var f *fault.Error
	if !errors.As(err, &f) {
		if errors.Is(err, context.Canceled) {
			fmt.Fprintln(o.err, "stopped")
			return exitFailure
		}
		fmt.Fprintln(o.err, "amana:", err)
		var usage usageError
		if errors.As(err, &usage) {
			return exitUsage
		}
		return exitFailure
	}
	if o.json {
		_ = o.print(map[string]any{"error": f.Rule, "message": f.Message, "fields": f.Fields, "refs": f.Refs}) // the exit code tells too
	}
	fmt.Fprintln(o.err, "amana:", f.Error())
	if f.Err != nil {
		slog.Debug("cause", "error", f.Err)
	}
	if f.Kind == fault.Internal && f.Err != nil {
		fmt.Fprintln(o.err, "cause:", f.Err)
	}
	return exitCode(f)
}

func exitCode(err error) int {
	switch fault.As(err).Kind {
	case fault.Invalid, fault.TooLarge:
		return exitUsage
	case fault.Internal:
		return exitFailure
	}
	return exitRefused
}

// usageError is a command line that does not fit.
type usageError struct{ error }

func (o *options) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "amana",
		Short: "A register of custody, transfer and repatriation that balances like a bank's books",
		Long: `Amana keeps the custody of people the way a bank keeps money: in double entry, in a
signed log that shows tampering. Nothing appears and nothing vanishes.

Exit codes: 0 done, 1 failure, 2 wrong usage or input, 3 refused by a rule, 4 verification found problems.`,
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRun: func(*cobra.Command, []string) {
			level := slog.LevelInfo
			if o.verbose {
				level = slog.LevelDebug
			}
			slog.SetDefault(slog.New(slog.NewTextHandler(o.err, &slog.HandlerOptions{Level: level})))
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	flags := root.PersistentFlags()
	flags.StringVar(&o.db, "db", envOr("AMANA_DB", "amana.db"), "register: a file for SQLite, or postgres://… (or AMANA_DB)")
	flags.StringVar(&o.keys, "keys", os.Getenv("AMANA_KEYS"), "folder of private keys; default: beside the file, or ./amana.keys (or AMANA_KEYS)")
	flags.BoolVar(&o.json, "json", false, "print JSON")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "log more")
	root.AddCommand(o.demo(), o.serve(), o.importFiles(), o.verify(), o.checkpoint(), o.prove(), o.balance(), o.export(), o.account(), o.generate(), o.bench(), o.identity(), o.watchlist(), o.plan(), o.convoys(), o.forecast())
	return root
}

func envOr(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// print writes a value as JSON.
func (o *options) print(v any) error {
	e := json.NewEncoder(o.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// progress shows how far long work is, on a terminal only.
func (o *options) progress() func(stage string, done, total int) {
	if f, ok := o.err.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return func(string, int, int) {}
	}
	var bar *progressbar.ProgressBar
	last := ""
	return func(stage string, done, total int) {
		if stage != last {
			if bar != nil {
				_ = bar.Finish() // only the screen
			}
			bar = progressbar.NewOptions(total, progressbar.OptionSetDescription(stage), progressbar.OptionSetWriter(o.err), progressbar.OptionClearOnFinish())
			last = stage
		}
		bar.ChangeMax(max(total, 1))
		_ = bar.Set(done) // only the screen
	}
}
