package trial

import (
	"fmt"
	"slices"
	"strings"

	"amana/internal/person"
)

// derive makes the names that follow from others: nisbas of given names and of roots, patronymics and families in -ов, and the
// forms of women.
func (s *stock) derive() error {
	if err := s.nisbas(); err != nil {
		return err
	}
	for _, group := range []string{"russian", "caucasus", "uzbek", "tajik", "kazakh", "kyrgyz"} {
		for _, w := range s.groups["male:"+group] {
			for sex, end := range map[person.Sex][3]string{person.Male: {"ович", "евич", "иевич"}, person.Female: {"овна", "евна", "иевна"}} {
				p, err := s.part(suffixed(w.native, end), "russian")
				if err != nil {
					return err
				}
				p.keys, w.patron[sex-1] = w.keys, p
			}
			p, err := s.part(suffixed(w.native, [3]string{"ов", "ев", "иев"}), "russian")
			if err != nil {
				return err
			}
			p.keys = w.keys
			s.groups["ov:"+group] = append(s.groups["ov:"+group], weighted{p, w.weight})
		}
	}
	for group, all := range s.groups {
		if !strings.HasPrefix(group, "ov:") && !strings.HasPrefix(group, "family:") {
			continue
		}
		for _, w := range all {
			if w.script != "Cyrl" {
				continue
			}
			female := w.native + "а"
			if rest, ok := strings.CutSuffix(w.native, "ий"); ok {
				female = rest + "ая"
			}
			p, err := s.part(female, "russian")
			if err != nil {
				return err
			}
			p.keys, w.female = w.keys, p
		}
	}
	s.glue = map[string]*part{}
	for _, text := range []string{"bin", "bint", "ibn", "abU", "umm", "al-HAj", "HajI", "cayx", "mullA", "sayyid"} {
		p, err := s.part(text, "")
		if err != nil {
			return err
		}
		s.glue[text] = p
	}
	return nil
}

// suffixed adds the ending that the last letter of a given name asks for.
func suffixed(name string, end [3]string) string {
	stem := strings.ReplaceAll(name, " ", "-")
	switch last := last(name); last {
	case 'й', 'ь':
		return strings.TrimSuffix(stem, string(last)) + end[1]
	case 'и', 'ы':
		return strings.TrimSuffix(stem, string(last)) + end[2]
	case 'а', 'я', 'о', 'у', 'ё', 'э', 'ю', 'е':
		return stem + end[1]
	}
	return stem + end[0]
}

// roots and patterns make the long tail: families that only a few people have. A figure stands for a consonant of the root.
var (
	roots = strings.Fields(`ktb drs Hrb sfr jbr xdm rkb nzl wrd brq rmH nbl qws drE sEd frs jml nmr fhd Sqr Hjl nsr brj qlE jbl wdy nhr
		bHr rml skr Eml zrE HSd sqy dlw bEr Hbl xym Emd wtd nwr syf rmd jmr Htb Hmd mjd Ezz krm jwd nbl Srm Ezm Hzm rfE nSr Zfr
		fwz rbH tjr swq Drb Hdd njr Hjr bny Twb TyN GTs SbG xyT nsj Gzl Hwk nfc rqm xTT nqc Sqf qlm wrq jld dbG Hzr nTr rSd
		Ess bwb qfl mfT sjn jnd Eskr qwd crT qDy Edl nHw Srf frD Hsb qys wzn kyl byE cry qrD rhn wdE wqf Hlj ntf jzr lHm Tbx xbz
		Ejn nxl Hll dbs lbn jbn smn Esl qTf crb xll zyt zbd fwl Eds bSl fjl xyr trb rml Twl qSr Erj Emy Smm bkm`)
	patterns = []string{"1a2A3", "1u2ay3", "1a22A3", "1a2U3", "1a2I3", "1A2i3", "mu1A2i3", "1i2A3", "1a2a3An", "ma12U3", "1u22ay3", "a12A3"}
)

func (s *stock) nisbas() error {
	add := func(group, stem string, weight float64) error {
		p, err := s.part("al-"+stem+"I", "")
		if err != nil {
			return err
		}
		s.groups[group] = append(s.groups[group], weighted{p, weight})
		return nil
	}
	for _, w := range s.groups["male:arab"] {
		stem := w.words[0].sound
		if len(w.words) > 1 || len(stem) < 4 || vowel(stem[len(stem)-1]) {
			continue
		}
		if err := add("nisba:given", stem, 2+min(w.weight/10, 20)); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, root := range roots {
		root = strings.NewReplacer("E", "3", "N", "n").Replace(root)
		if len(root) != 3 {
			continue
		}
		for i, pattern := range patterns {
			stem := strings.NewReplacer("1", root[:1], "2", root[1:2], "3", root[2:]).Replace(pattern)
			if h := hash(stem); h%3 == 0 || seen[stem] || strings.Contains(stem, "'") {
				continue // not every root has every pattern
			}
			seen[stem] = true
			if err := add("nisba:root", stem, 1+float64(i%4)); err != nil {
				return err
			}
		}
	}
	return nil
}

// commons are the keys of the names that both halves use: those that most people have.
func (s *stock) commons() map[string]bool {
	shares := map[string]float64{}
	for _, o := range s.origins {
		for _, pool := range []*pool{&o.male, &o.female, &o.family} {
			for i, p := range pool.parts {
				if len(p.keys) == 1 {
					shares[p.keys[0]] += float64(pool.weights[i] * o.share) // rounded, so that all machines agree
				}
			}
		}
	}
	order := make([]string, 0, len(shares))
	for k := range shares {
		order = append(order, k)
	}
	slices.SortFunc(order, func(a, b string) int {
		if shares[a] != shares[b] {
			if shares[a] > shares[b] {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	common := map[string]bool{}
	for _, k := range order[:min(Common, len(order))] {
		common[k] = true
	}
	return common
}

// split gives every part the halves that may use it. A part of two names of different halves is in neither.
func (s *stock) split() error {
	common := s.commons()
	for _, o := range s.origins {
		for _, pool := range []*pool{&o.male, &o.female, &o.family} {
			for _, p := range pool.parts {
				p.halves = halvesOf(p.keys, common)
			}
			if err := pool.count(); err != nil {
				return fmt.Errorf("origin %s: %w", o.name, err)
			}
		}
	}
	return nil
}

func halvesOf(keys []string, common map[string]bool) uint8 {
	halves := uint8(3)
	for _, k := range keys {
		if !common[k] {
			halves &= 1 << (mix(hash(k)) & 1)
		}
	}
	return halves
}
