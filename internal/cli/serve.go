package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/spf13/cobra"

	"amana/internal/api"
	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/register"
	"amana/internal/server"
	"amana/internal/store"
	"amana/internal/web"
)

func (o *options) serve() *cobra.Command {
	var addr string
	var setup bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the pages and the API",
		Long:  "Serves the pages at /, the API under /api/v1 with its description at /api/docs, and the log's tiles and checkpoints.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, s, err := o.openRegister(cmd.Context(), clock.System)
			if err != nil {
				return err
			}
			defer s.Close() // every commit is on disk when it is answered
			if setup {
				if err := setUp(cmd, r); err != nil {
					return err
				}
			}
			return o.run(cmd.Context(), r, s, service{addr: addr, clock: clock.System})
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to serve on")
	c.Flags().BoolVar(&setup, "setup-2026", false, "enter the places and authorities of the scenario of 2026 first, if the register is empty")
	return c
}

// service is how the register is served.
type service struct {
	addr  string
	clock clock.Clock
	demo  []web.DemoAccount
}

// run serves the register until the context ends.
func (o *options) run(ctx context.Context, r *register.Register, s *store.Store, v service) error {
	ln, err := net.Listen("tcp", v.addr)
	if err != nil {
		return fault.New(fault.Invalid, "address.unusable", "nothing can listen on %s: %v", v.addr, errors.Unwrap(err)).Because(err)
	}
	sessions := server.NewSessions(s)
	calls, err := api.New(api.Config{Register: r, Log: s, Authenticate: sessions.Authenticate, Clock: v.clock, Logger: slog.Default(), Stopping: ctx.Done()})
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	pages := web.New(r, web.Options{
		Authenticate: sessions.Authenticate, Check: sessions.SignIn, Clock: v.clock, Demo: v.demo,
	})
	if err := r.Warm(ctx); err != nil {
		return errors.Join(err, ln.Close())
	}
	health := func(ctx context.Context) error { _, err := s.Head(ctx); return err }
	handler := server.New(server.Parts{API: calls, Web: http.Handler(pages), Health: health, Logger: slog.Default()})
	url := "http://" + ln.Addr().String() + "/"
	if v.demo != nil {
		fmt.Fprintf(o.err, "\nThe week is open at %sdemo-accounts (choose a role there; Ctrl-C ends it)\n\n", url)
	}
	slog.Info("listening", "url", url)
	return server.Serve(ctx, ln, handler, slog.Default())
}
