package custody

// IncidentType is what an incident was.
type IncidentType string

// Incident types. A type is retired, never removed.
const (
	IncidentDeath     IncidentType = "death"
	IncidentEscape    IncidentType = "escape"
	IncidentInjury    IncidentType = "injury"
	IncidentAssault   IncidentType = "assault"
	IncidentForce     IncidentType = "use_of_force"
	IncidentSelfHarm  IncidentType = "self_harm"
	IncidentBreakdown IncidentType = "vehicle_breakdown"
	IncidentAccident  IncidentType = "traffic_accident"
	IncidentDiversion IncidentType = "medical_diversion"
	IncidentLockout   IncidentType = "lockout"
	IncidentComplaint IncidentType = "complaint"
	IncidentError     IncidentType = "release_in_error"
	IncidentUnlawful  IncidentType = "unlawfully_detained"
)

// IncidentTypes lists the types in the order in which forms offer them.
var IncidentTypes = []IncidentType{
	IncidentDeath, IncidentEscape, IncidentInjury, IncidentAssault, IncidentForce, IncidentSelfHarm, IncidentBreakdown,
	IncidentAccident, IncidentDiversion, IncidentLockout, IncidentComplaint, IncidentError, IncidentUnlawful,
}
