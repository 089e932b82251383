package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"amana/internal/authz"
	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/intake"
	"amana/internal/register"
	"amana/internal/watchlist"
)

func (o *options) watchlist() *cobra.Command {
	c := &cobra.Command{
		Use:   "watchlist",
		Short: "Load published lists, whose entries a registration is compared with",
	}
	c.AddCommand(o.watchlistLoad())
	return c
}

// loaded is what became of a list.
type loaded struct {
	register.WatchlistLoaded
	LeftOut  int           `json:"left_out"` // entries that are not of people
	Problems []fault.Field `json:"problems"`
}

func (o *options) watchlistLoad() *cobra.Command {
	var mapping string
	c := &cobra.Command{
		Use:   "load FILE",
		Short: "Load a published list: the UN Security Council's XML, or another by a small mapping",
		Long: `Takes in a list in place of its version before, and looks for its entries among all who are registered. A possible entry
is a lead for a human and decides nothing. An entry that cannot be read is named and does not take the others with it;
the same file a second time changes nothing.`,
		Args: exactly(1, "a list"),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := readWatchlist(args[0], mapping)
			if err != nil {
				return err
			}
			r, s, err := o.openRegister(cmd.Context(), clock.System)
			if err != nil {
				return err
			}
			defer s.Close() // every commit is on disk when it is answered
			done, err := r.LoadWatchlist(cmd.Context(), register.By{Actor: authz.Actor{Name: "watchlist", Role: authz.Operations}}, *list)
			if err != nil {
				return err
			}
			out := loaded{done, list.LeftOut, list.Problems}
			if o.json {
				return o.print(out)
			}
			for _, p := range out.Problems {
				fmt.Fprintf(o.out, "entry %d, %s: %s %q\n", p.Row, p.Name, p.Rule, p.Value)
			}
			if done.Unchanged {
				fmt.Fprintf(o.out, "%s of %s was loaded before: nothing changed\n", done.List, done.Version)
				return nil
			}
			fmt.Fprintf(o.out, "%s of %s: %d people, %d other entries left out, %d leads for a human\n", done.List, done.Version, done.Entries, out.LeftOut, done.Leads)
			return nil
		},
	}
	c.Flags().StringVar(&mapping, "mapping", "", "JSON file that says where a list other than the UN's has what")
	return c
}

// readWatchlist reads a list by a mapping, or without one as that of the United Nations.
func readWatchlist(file, mapping string) (list *watchlist.List, err error) {
	f, err := open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	read := watchlist.ReadUN
	if mapping != "" {
		m, err := open(mapping)
		if err != nil {
			return nil, err
		}
		defer m.Close() // only read
		by, err := watchlist.ReadMapping(m)
		if err != nil {
			return nil, err
		}
		read = func(r io.Reader, country watchlist.Country) (*watchlist.List, error) { return by.Read(r, country) }
	}
	return read(f, intake.Country)
}
