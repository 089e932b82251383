package mrz

import (
	"strings"

	"golang.org/x/text/language"

	"amana/internal/civil"
	"amana/internal/person"
)

// Country gives the ISO 3166-1 alpha-3 code that a code of Doc 9303 stands for: DEU for D, and XXA, XXB, XXC and XXX as they
// are. ok is false for codes of organisations (UNO, EUE, XPO), for the British statuses that are no citizenship (GBD, GBN, GBO,
// GBP, GBS), for Kosovo (RKS), which has no ISO code, and for states that ended.
func Country(code string) (alpha3 string, ok bool) {
	switch code {
	case "D":
		return "DEU", true
	case "XXA", "XXB", "XXC", "XXX":
		return code, true
	}
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 3 || other[code] || !region.IsCountry() || region.ISO3() != code || region.Canonicalize() != region {
		return "", false
	}
	return code, true
}

// other are codes that are or were in ISO 3166-1 or beside it without being those of a country of today.
var other = set("ANT ASC CPT DGA NTZ PCI SCG SUN TAA XKK YUG")

// issuers are the codes of Doc 9303 part 3 section 5 (parts A to D, F and G) that are none of a country of today, with Utopia
// of its specimens.
var issuers = set("ANT EUE GBD GBN GBO GBP GBS NTZ RKS UNA UNK UNO UTO XBA XCC XCE XCO XDC XEC XES XIM XMP XOM XPO")

func set(codes string) map[string]bool {
	s := map[string]bool{}
	for c := range strings.FieldsSeq(codes) {
		s[c] = true
	}
	return s
}

func known(code string) bool {
	_, ok := Country(code)
	return ok || issuers[code]
}

// Details gives what the zone says about its holder: one name in Latin letters, the given names first; the birth by document,
// or assigned when it is a 1 January; the nationality as a claim of the document, without a Country when the code is none of a
// country; the document itself. A claim can be wrong even in a genuine document: some states print the country of birth in its
// place (part 3 section 7.1). Values whose check digit is wrong are in it too: ask Verified, and let somebody compare them.
func (z *Zone) Details() person.Details {
	d := person.Details{Sex: z.Sex}
	if strings.Trim(z.BirthText, "<") != "" {
		d.Birth = person.Birth{Date: z.Birth, Method: civil.ByDocument, Raw: z.BirthText}
		if z.Birth.Month == 1 && z.Birth.Day == 1 {
			d.Birth.Method = civil.Assigned
		}
	}
	if name := strings.TrimSpace(z.GivenNames + " " + z.Surname); name != "" {
		d.Names = []person.Name{{Raw: name, Script: "Latn"}}
	}
	if z.Nationality != "" {
		code, _ := Country(z.Nationality)
		d.Claims = []person.Claim{{Country: code, Label: z.Nationality, Status: "claimed", Source: "document"}}
	}
	if z.Number != "" {
		country, ok := Country(z.Issuer)
		if !ok {
			country = z.Issuer
		}
		d.Documents = []person.Document{{Type: z.kind(), Number: z.Number, Country: country}}
	}
	return d
}

// kind is the word for the document that the rest of the program uses.
func (z *Zone) kind() string {
	switch {
	case strings.HasPrefix(z.Type, "P"):
		return "passport"
	case strings.HasPrefix(z.Type, "V"):
		return "visa"
	}
	return "identity card"
}
