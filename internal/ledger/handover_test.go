package ledger_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amana/internal/fault"
	"amana/internal/ledger"
)

const time24 = 24 * time.Hour

func custodian(t *testing.T, name string, seed byte) *ledger.Signer {
	t.Helper()
	skey, _, err := ledger.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.ParseSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAcceptance(t *testing.T) {
	t.Parallel()
	receiver, stranger := custodian(t, "prison/nasiriyah", 1), custodian(t, "prison/hillah", 2)
	good := ledger.Acceptance{
		Person: 100100000001, Head: ledger.Hash{1}, Giver: "escort/7", Receiver: "prison/nasiriyah", Nonce: "n-1", Expiry: start.Add(time.Hour),
	}
	want := `amana/acceptance/v1` + "\n" + `{"person":100100000001,"head":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","giver":"escort/7",` +
		`"receiver":"prison/nasiriyah","nonce":"n-1","expiry":"2026-02-01T07:00:00Z"}`
	if got := string(good.Message()); got != want {
		t.Errorf("the message is\n%s, want\n%s", got, want)
	}
	sig := receiver.Sign(good.Message())
	for name, tc := range map[string]struct {
		change func(*ledger.Acceptance)
		vkey   string
		at     time.Time
		rule   string
	}{
		"good":            {func(*ledger.Acceptance) {}, receiver.VerifierKey(), start, ""},
		"another person":  {func(a *ledger.Acceptance) { a.Person++ }, receiver.VerifierKey(), start, "signature.false"},
		"another head":    {func(a *ledger.Acceptance) { a.Head[3]++ }, receiver.VerifierKey(), start, "signature.false"},
		"another giver":   {func(a *ledger.Acceptance) { a.Giver = "escort/8" }, receiver.VerifierKey(), start, "signature.false"},
		"another nonce":   {func(a *ledger.Acceptance) { a.Nonce = "n-2" }, receiver.VerifierKey(), start, "signature.false"},
		"longer":          {func(a *ledger.Acceptance) { a.Expiry = a.Expiry.Add(time.Hour) }, receiver.VerifierKey(), start, "signature.false"},
		"expired":         {func(*ledger.Acceptance) {}, receiver.VerifierKey(), start.Add(time.Hour), "acceptance.expired"},
		"signed by other": {func(*ledger.Acceptance) {}, stranger.VerifierKey(), start, "acceptance.receiver"},
		"no key":          {func(*ledger.Acceptance) {}, "", start, "key.malformed"},
		"to oneself":      {func(a *ledger.Acceptance) { a.Giver = a.Receiver }, receiver.VerifierKey(), start, "acceptance.draft"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good
			tc.change(&a)
			if err := a.Verify(tc.vkey, sig, tc.at); tc.rule == "" && err != nil || tc.rule != "" && !fault.Is(err, tc.rule) {
				t.Errorf("got %v, want %q", err, tc.rule)
			}
		})
	}
	var f *fault.Error
	if err := (ledger.Acceptance{}).Validate(); !errors.As(err, &f) || len(f.Fields) != 6 {
		t.Errorf("the empty acceptance gave %v, want six fields", err)
	}
}

func TestMessageKinds(t *testing.T) {
	t.Parallel()
	got, err := ledger.Message("succession", struct {
		Site string `json:"site"`
	}{"<a>"})
	if err != nil || string(got) != "amana/succession/v1\n{\"site\":\"<a>\"}" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, kind := range []string{"", "entry", "a/b", "a\nb"} {
		if _, err := ledger.Message(kind, 1); !fault.Is(err, "message.kind") {
			t.Errorf("%q gave %v, want message.kind", kind, err)
		}
	}
	if _, err := ledger.Message("x", func() {}); err == nil {
		t.Error("a function can be signed")
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	s := custodian(t, "border/line-2", 3)
	sig := s.Sign([]byte("m"))
	if err := ledger.VerifySignature(s.VerifierKey(), []byte("m"), sig); err != nil {
		t.Error(err)
	}
	if err := ledger.VerifySignature(s.VerifierKey(), []byte("n"), sig); !fault.Is(err, "signature.false") {
		t.Errorf("got %v, want signature.false", err)
	}
	if s.String() != s.VerifierKey() || strings.Contains(s.String(), "PRIVATE") {
		t.Errorf("the signer prints as %s", s)
	}
	v, err := ledger.ParseVerifier(s.VerifierKey())
	if err != nil || v.Name() != "border/line-2" || v.String() != s.VerifierKey() {
		t.Errorf("got %v, %v", v, err)
	}
	for _, bad := range []string{"", "a+b+c", s.VerifierKey()[1:], s.VerifierKey() + "A"} {
		if _, err := ledger.ParseVerifier(bad); !fault.Is(err, "key.malformed") {
			t.Errorf("%q gave %v, want key.malformed", bad, err)
		}
		if _, err := ledger.ParseSigner(bad); !fault.Is(err, "key.malformed") {
			t.Errorf("%q gave %v, want key.malformed", bad, err)
		}
	}
	for _, name := range []string{"", "a b", "a+b", "a\u00a0b"} {
		if _, _, err := ledger.GenerateKey(bytes.NewReader(make([]byte, 64)), name); !fault.Is(err, "key.name") {
			t.Errorf("%q gave %v, want key.name", name, err)
		}
	}
}

func TestSetProvesItsMembersOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.SliceOfN(rapid.Int64Range(1, 300), 1, 200).Draw(t, "members")
		salt := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "salt"))
		root := ledger.SetRoot(salt, members)
		shuffled := rapid.Permutation(members).Draw(t, "shuffled")
		if again := ledger.SetRoot(salt, append(shuffled, members[0])); again != root {
			t.Fatal("order or repetition changes the root")
		}
		if ledger.SetRoot(salt, append(shuffled, 301)) == root {
			t.Fatal("another member leaves the root")
		}
		member := rapid.SampledFrom(members).Draw(t, "member")
		p, err := ledger.ProveMember(salt, shuffled, member)
		if err != nil {
			t.Fatal(err)
		}
		if err := ledger.VerifyMember(root, p); err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(*ledger.MemberProof){
			"member": func(p *ledger.MemberProof) { p.Member++ },
			"salt":   func(p *ledger.MemberProof) { p.Salt[0]++ },
			"size":   func(p *ledger.MemberProof) { p.Size++ },
			"index":  func(p *ledger.MemberProof) { p.Index = p.Size },
			"below":  func(p *ledger.MemberProof) { p.Index = -1 },
			"path":   func(p *ledger.MemberProof) { p.Path = append([]ledger.Hash{{}}, p.Path...) },
		} {
			q := p
			change(&q)
			if err := ledger.VerifyMember(root, q); !fault.Is(err, "set.false") {
				t.Fatalf("%s: got %v, want set.false", name, err)
			}
		}
		if _, err := ledger.ProveMember(salt, members, 301); !fault.Is(err, "set.absent") {
			t.Fatalf("an absent member gave %v, want set.absent", err)
		}
	})
}
