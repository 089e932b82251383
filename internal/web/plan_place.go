package web

import (
	"slices"

	"github.com/a-h/templ"

	"amana/internal/fault"
	"amana/internal/place"
	"amana/internal/planning"
)

// PlanPlace is a prison with its blocks after the plan, or a block with its cells.
type PlanPlace struct {
	Frame
	PlanHead
	Room   RoomRow
	Within []RoomRow
}

func planPlace(v *visit) (templ.Component, error) {
	p, err := v.laid()
	if err != nil {
		return nil, err
	}
	code := place.Code(v.req.PathValue("code"))
	page := PlanPlace{Frame: v.frame("waves", ""), PlanHead: v.planHead(p.PlanHead)}
	page.Title = page.Frame.Place(code)
	only := func(key func(*planning.Place) string) []RoomRow {
		return p.rooms(func(x *planning.Place) string {
			if code != place.Code(x.Prison) && code != place.Code(x.Block) && code != place.Code(x.ID) {
				return ""
			}
			return key(x)
		})
	}
	whole := only(func(*planning.Place) string { return string(code) })
	if len(whole) == 0 {
		return nil, fault.New(fault.NotFound, "place.not_planned", "the plan has no such place")
	}
	page.Room = whole[0]
	if code.Parent() == "" {
		page.Within = only(func(x *planning.Place) string { return x.Block })
		return planPlacePage(page), nil
	}
	page.Within = only(func(x *planning.Place) string { return x.ID })
	for i := range page.Within {
		page.Within[i].For = v.houses(p, page.Within[i].Place)
	}
	return planPlacePage(page), nil
}

// houses says in words whom a cell takes.
func (v *visit) houses(p *laid, cell place.Code) string {
	at := slices.IndexFunc(p.asked.Problem.Places, func(x planning.Place) bool { return x.ID == string(cell) })
	x := p.asked.Problem.Places[at]
	var parts []string
	if x.Sex != 0 {
		parts = append(parts, v.Sex(x.Sex))
	}
	if x.Age != "" {
		parts = append(parts, v.Track(string(x.Age)))
	}
	parts = append(parts, v.Legal(string(x.Legal)), v.T("plan.security_max", "N", v.N(x.SecurityMax)))
	if x.Medical > 0 {
		parts = append(parts, v.T("plan.medical_places", "N", v.N(x.Medical)))
	}
	return joined(parts)
}
