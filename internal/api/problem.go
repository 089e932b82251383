package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"amana/internal/fault"
)

// Problem is a failure as RFC 9457 has it. Its code is the rule that was broken and never changes its meaning.
type Problem struct {
	Type   string            `json:"type" doc:"The code as a URI." example:"urn:amana:rule:booking.one_open"`
	Title  string            `json:"title" doc:"What the status means."`
	Status int               `json:"status" example:"409"`
	Code   string            `json:"code" doc:"Stable id of the rule that was broken." example:"booking.one_open"`
	Detail string            `json:"detail" doc:"What happened, in English."`
	Errors []FieldError      `json:"errors,omitempty" doc:"Every bad value."`
	Refs   map[string]string `json:"refs,omitempty" doc:"Numbers of what stands in the way."`
}

// FieldError is one bad value: where it stood and the rule that it breaks.
type FieldError struct {
	Name  string `json:"name" doc:"The field."`
	Row   int    `json:"row,omitempty" doc:"Row of the input, from 1."`
	Rule  string `json:"rule" doc:"Stable id of the rule."`
	Value string `json:"value,omitempty" doc:"The value as given, shortened."`
}

// Error makes a problem an error that huma passes on as it is.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus tells huma the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma the media type.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statuses is the one place where a kind of fault becomes an HTTP status.
var statuses = map[fault.Kind]int{
	fault.Invalid:  http.StatusUnprocessableEntity,
	fault.NotFound: http.StatusNotFound,
	fault.Refused:  http.StatusConflict,
	fault.Conflict: http.StatusConflict,
	fault.Denied:   http.StatusForbidden,
	fault.TooLarge: http.StatusRequestEntityTooLarge,
	fault.Internal: http.StatusInternalServerError,
}

// unauthenticated marks a denial that is about who asks, not about what they may.
type unauthenticated struct{ error }

func (u unauthenticated) Unwrap() error { return u.error }

// malformed is a request that is wrong as HTTP, before anything that it says is looked at.
func malformed(code, detail string) *Problem {
	return &Problem{Status: http.StatusBadRequest, Code: code, Detail: detail}
}

// Explain turns any error into the problem that is shown.
func Explain(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p.complete()
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return (&Problem{Status: http.StatusServiceUnavailable, Code: "request.cancelled", Detail: "the request ended before it was answered"}).complete()
	}
	f := fault.As(err)
	p = &Problem{Status: statuses[f.Kind], Code: f.Rule, Detail: f.Message, Refs: f.Refs}
	var signIn unauthenticated
	switch {
	case f.Rule == ErrTooMany.Rule:
		p.Status = http.StatusTooManyRequests
	case errors.As(err, &signIn):
		p.Status = http.StatusUnauthorized
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, FieldError(field))
	}
	return p.complete()
}

func (p *Problem) complete() *Problem {
	p.Type, p.Title = "urn:amana:rule:"+p.Code, http.StatusText(p.Status)
	return p
}

// explain is Explain with the cause of an internal failure in the log, under the id of the request.
func (a *API) explain(ctx context.Context, c caller, err error) *Problem {
	p := Explain(err)
	if p.Status == http.StatusInternalServerError {
		cause := err
		if f := fault.As(err); f.Err != nil {
			cause = f.Err
		}
		a.Logger.ErrorContext(ctx, "request failed", "request", c.request, "code", p.Code, "err", cause)
	}
	return p
}

// Write answers with a problem, where no operation of huma does.
func Write(w http.ResponseWriter, p *Problem) {
	body, err := json.Marshal(p.complete())
	if err != nil {
		p.Status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the client is gone
}

func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError { return fromHuma(status, msg, errs) }
	huma.NewErrorWithContext = func(_ huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return fromHuma(status, msg, errs)
	}
	// Messages begin with the rule that they stand for, which fieldError takes off again.
	validation.MsgExpectedRequiredProperty = "field.required|%s"
	for rule, messages := range map[string][]*string{
		"field.unknown": {&validation.MsgUnexpectedProperty},
		"field.type": {
			&validation.MsgExpectedBoolean, &validation.MsgExpectedNumber, &validation.MsgExpectedInteger, &validation.MsgExpectedString,
			&validation.MsgExpectedBase64String, &validation.MsgExpectedArray, &validation.MsgExpectedObject,
		},
		"field.format":      {&validation.MsgExpectedRFC3339DateTime, &validation.MsgExpectedBePattern, &validation.MsgExpectedMatchPattern},
		"field.not_offered": {&validation.MsgExpectedOneOf},
		"field.range":       {&validation.MsgExpectedMinimumNumber, &validation.MsgExpectedMaximumNumber},
		"field.length": {
			&validation.MsgExpectedMinLength, &validation.MsgExpectedMaxLength, &validation.MsgExpectedMinItems, &validation.MsgExpectedMaxItems,
			&validation.MsgExpectedMaxProperties,
		},
	} {
		for _, m := range messages {
			*m = rule + "|" + *m
		}
	}
}

// httpCodes are the codes of what huma refuses by itself.
var httpCodes = map[int]string{
	http.StatusBadRequest:            "body.malformed",
	http.StatusNotAcceptable:         "accept.unsupported",
	http.StatusRequestTimeout:        "body.timeout",
	http.StatusRequestEntityTooLarge: "body.too_large",
	http.StatusUnsupportedMediaType:  "content_type.unsupported",
	http.StatusUnprocessableEntity:   "input.invalid",
	http.StatusInternalServerError:   "internal",
}

// fromHuma gives what huma found wrong with a request the form of all problems.
func fromHuma(status int, msg string, errs []error) *Problem {
	if len(errs) == 1 {
		if p, ok := errs[0].(*Problem); ok {
			return p.complete()
		}
	}
	if status == http.StatusInternalServerError && msg == "cannot read request body" {
		status = http.StatusBadRequest // it ended before its end
	}
	p := &Problem{Status: status, Code: httpCodes[status], Detail: msg}
	for _, err := range errs {
		e := fieldError(err)
		if e.Name == "body" { // the whole body could not be read
			p.Code, p.Errors = e.Rule, nil
			if p.Detail = messageOf(err); status == http.StatusUnsupportedMediaType {
				p.Code = httpCodes[status]
			}
			return p.complete()
		}
		p.Errors = append(p.Errors, e)
	}
	if status != http.StatusUnprocessableEntity || len(p.Errors) == 0 {
		return p.complete()
	}
	p.Code = p.Errors[0].Rule
	for _, e := range p.Errors {
		if e.Rule != p.Code {
			p.Code = httpCodes[status]
		}
	}
	return p.complete()
}

// messageOf is what huma or jsonFormat says of a body, without its rule.
func messageOf(err error) string {
	text := err.Error()
	if d, ok := err.(huma.ErrorDetailer); ok {
		text = d.ErrorDetail().Message
	}
	if _, rest, found := strings.Cut(text, "|"); found {
		return rest
	}
	return text
}

func fieldError(err error) FieldError {
	d, ok := err.(huma.ErrorDetailer)
	if !ok {
		return FieldError{Rule: "field.invalid"}
	}
	detail := d.ErrorDetail()
	e := FieldError{Name: strings.TrimPrefix(detail.Location, "body."), Value: shown(detail.Value)}
	rule, rest, known := strings.Cut(detail.Message, "|")
	switch {
	case known:
		e.Rule = rule
	case strings.HasPrefix(detail.Message, "required "):
		e.Rule = "field.required"
	case detail.Message == "unknown query parameter":
		e.Rule = "field.unknown"
	default:
		e.Rule = "field.invalid"
	}
	if known && rule == "field.required" {
		e.Name = strings.TrimPrefix(strings.TrimPrefix(detail.Location+".", "body.")+rest, ".")
	}
	if before, after, found := strings.Cut(e.Name, "["); found { // facts[3].person is the field facts.person of row 4
		digits, tail, _ := strings.Cut(after, "]")
		if n, err := strconv.Atoi(digits); err == nil {
			e.Name, e.Row = before+tail, n+1
		}
	}
	return e
}

// shown is a value as it is told back: one that is not a single short value is not.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		if r := []rune(v); len(r) > 40 {
			return string(r[:40]) + "…"
		}
		return v
	case float64, bool, int, int64:
		return fmt.Sprint(v)
	}
	return ""
}
