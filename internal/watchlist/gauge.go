package watchlist

import (
	"errors"
	"io"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"amana/internal/fault"
)

// Limits of what is read: the largest published lists have about a hundred megabytes, their longest texts some ten kilobytes.
const (
	maxBytes = 256 << 20
	maxToken = 1 << 20 // one tag with its attributes, one text, one line
	maxRows  = 1 << 19
)

var errTooLarge = errors.New("a limit of the watchlist is reached")

// gauge lets through so many bytes in all, and so many until it is reset.
type gauge struct {
	r     io.Reader
	left  int64
	token int64
}

func newGauge(r io.Reader) *gauge { return &gauge{r: r, left: maxBytes, token: maxToken} }

// Read reads what the limits allow.
func (g *gauge) Read(p []byte) (int, error) {
	most := min(g.left, g.token, int64(len(p)))
	if most == 0 && len(p) > 0 {
		return 0, errTooLarge
	}
	n, err := g.r.Read(p[:most])
	g.left -= int64(n)
	g.token -= int64(n)
	return n, err
}

// reset begins a new token.
func (g *gauge) reset() { g.token = maxToken }

// decoder gives UTF-8 from the encoding with that name, of which HTML knows many.
func decoder(name string, r io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, fault.New(fault.Invalid, RuleEncoding, "there is no encoding %q", cut(name, 40))
	}
	return transform.NewReader(r, enc.NewDecoder()), nil
}

func tooLarge(err error) error {
	return fault.New(fault.TooLarge, RuleTooLarge, "the list is larger than %d MB, one of its parts than %d KB, or it has more than %d entries",
		maxBytes>>20, maxToken>>10, maxRows).Because(err)
}
