package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"amana/internal/authz"
	"amana/internal/fault"
)

// Paging is the part of a list that is asked for.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"100" doc:"next_cursor of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
	url    url.URL
}

// Resolve keeps the address, for the link to the next page.
func (p *Paging) Resolve(ctx huma.Context) []error {
	p.url = ctx.URL()
	return nil
}

func (p *Paging) paging() *Paging { return p }

// Page is one page of a list. Pages follow by growing numbers, so that what is written meanwhile neither doubles nor hides anything.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next_cursor,omitempty" doc:"Cursor of the next page; absent on the last."`
}

type pageReply[T any] struct {
	Link string `header:"Link" doc:"The next page, as rel=next."`
	Body Page[T]
}

// cursor is where a page begins: after a number, and as the system knew things at a moment when the list has one.
type cursor struct {
	after  int64
	system int64 // microseconds since 1970
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.after, 36) + "." + strconv.FormatInt(c.system, 36)))
}

func (p *Paging) cursor() (c cursor, err error) {
	if p.Cursor == "" {
		return c, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	after, system, found := strings.Cut(string(text), ".")
	if err == nil && found {
		if c.after, err = strconv.ParseInt(after, 36, 64); err == nil {
			c.system, err = strconv.ParseInt(system, 36, 64)
		}
	}
	if err != nil || !found || c.after < 0 || c.system < 0 {
		return cursor{}, &fault.Error{
			Kind: fault.Invalid, Rule: "cursor.malformed", Message: "this is not a cursor of this list",
			Fields: []fault.Field{{Name: "cursor", Rule: "cursor.malformed"}},
		}
	}
	return c, nil
}

// list registers an operation that answers pages. Work gets one more than the limit to find, so as to know whether a page
// follows, and key tells where each item stands.
func list[P interface {
	*I
	paging() *Paging
}, I, T any](a *API, op operation, work func(ctx context.Context, actor authz.Actor, in P, c *cursor, limit int) ([]T, error), key func(T) int64) {
	op.method = http.MethodGet
	add(a, op, func(ctx context.Context, who caller, in *I) (*pageReply[T], error) {
		p := P(in).paging()
		c, err := p.cursor()
		if err != nil {
			return nil, err
		}
		found, err := work(ctx, who.actor, in, &c, p.Limit+1)
		if err != nil {
			return nil, err
		}
		out := &pageReply[T]{Body: Page[T]{Items: found}}
		if found == nil {
			out.Body.Items = []T{}
		}
		if len(found) > p.Limit {
			out.Body.Items = found[:p.Limit]
			c.after = key(found[p.Limit-1])
			out.Body.Next = c.String()
			q := p.url.Query()
			q.Set("cursor", out.Body.Next)
			out.Link = "<" + p.url.EscapedPath() + "?" + q.Encode() + `>; rel="next"`
		}
		return out, nil
	})
}
