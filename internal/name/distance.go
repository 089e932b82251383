package name

// Costs are in hundredths of a consonant.
const (
	costMax   = 100
	maxSounds = 24 // of one token; what is longer is cut
)

var (
	weight     [128]uint8      // of leaving a sound out
	weightFree [128]uint8      // where one side does not write short vowels
	change     [128][128]uint8 // of writing one sound for another
)

// confusions are sounds that clerks, scripts and languages write for each other, and what that costs.
var confusions = []struct {
	sounds string
	cost   uint8
}{
	{"Ya", 4},
	{"Yy", 4},
	{"Yi", 4},
	{"Ye", 8},
	{"Yu", 60},
	{"Yo", 60},
	{"Yh", 40},
	{"yi", 5},
	{"wu", 5},
	{"wo", 10},
	{"wv", 10},
	{"ou", 8},
	{"ei", 8},
	{"ae", 8},
	{"ao", 20},
	{"ai", 20},
	{"au", 20},
	{"eo", 25},
	{"eu", 25},
	{"iu", 25},
	{"io", 30},
	{"ye", 15},
	{"ya", 30},
	{"wa", 35},
	{"wb", 60},
	{"uv", 30},
	{"kc", 5},
	{"kg", 25},
	{"kG", 30},
	{"kX", 25},
	{"kQ", 20},
	{"kx", 30},
	{"kh", 60},
	{"cs", 10},
	{"cJ", 25},
	{"cC", 20},
	{"cQ", 20},
	{"cS", 30},
	{"cg", 50},
	{"cz", 12},
	{"qs", 5},
	{"qc", 5},
	{"qz", 12},
	{"qJ", 20},
	{"qC", 15},
	{"qQ", 20},
	{"qS", 25},
	{"qk", 25},
	{"qj", 25},
	{"qg", 50},
	{"qt", 60},
	{"qZ", 35},
	{"Xh", 20},
	{"Qh", 25},
	{"XQ", 15},
	{"Xx", 10},
	{"XG", 40},
	{"xh", 25},
	{"xS", 40},
	{"xs", 40},
	{"xC", 50},
	{"xz", 50},
	{"XJ", 45},
	{"xJ", 45},
	{"SC", 25},
	{"SQ", 10},
	{"Ss", 30},
	{"SZ", 30},
	{"CQ", 5},
	{"CJ", 30},
	{"CZ", 30},
	{"Cs", 45},
	{"QJ", 35},
	{"Qs", 45},
	{"SJ", 45},
	{"CT", 60},
	{"jJ", 2},
	{"jZ", 8},
	{"jy", 8},
	{"ji", 12},
	{"jg", 30},
	{"jX", 35},
	{"jh", 40},
	{"jC", 30},
	{"jc", 25},
	{"jS", 40},
	{"jz", 40},
	{"jG", 40},
	{"JZ", 12},
	{"Jg", 20},
	{"JG", 35},
	{"Jy", 20},
	{"Jh", 40},
	{"Jz", 40},
	{"JD", 50},
	{"Jd", 45},
	{"Gg", 12},
	{"Gr", 50},
	{"Gh", 25},
	{"Gy", 40},
	{"Gw", 50},
	{"gh", 45},
	{"Tt", 12},
	{"Ts", 15},
	{"TD", 25},
	{"Tz", 40},
	{"Tf", 45},
	{"td", 25},
	{"Td", 35},
	{"Dd", 10},
	{"Dz", 12},
	{"Dt", 35},
	{"Ds", 45},
	{"Dl", 60},
	{"zs", 20},
	{"zZ", 15},
	{"Zs", 35},
	{"zd", 55},
	{"Zd", 55},
	{"bp", 20},
	{"bv", 35},
	{"fv", 20},
	{"fp", 40},
	{"fw", 45},
	{"pv", 60},
	{"mn", 55},
	{"lr", 70},
	{"nl", 75},
	{"hy", 70},
}

func init() {
	for a := range change {
		weight[a] = costMax
		for b := range change {
			if a != b {
				change[a][b] = costMax
			}
		}
	}
	for _, v := range []byte("aeiou") {
		weight[v] = 25
		for b := range change {
			if b != int(v) {
				change[v][b], change[b][v] = 110, 110
			}
		}
	}
	for _, v := range []byte("aeiou") {
		for _, w := range []byte("aeiou") {
			if v != w {
				change[v][w] = 25
			}
		}
	}
	weight['Y'], weight['y'], weight['w'], weight['h'], weight['G'], weight['v'], weight['j'] = 30, 40, 40, 45, 70, 70, 65
	weightFree = weight
	for _, v := range []byte("aeiou") {
		weightFree[v] = vowelCost
	}
	for _, c := range confusions {
		a, b := c.sounds[0], c.sounds[1]
		change[a][b], change[b][a] = c.cost, c.cost
	}
}

// mass is the weight of all sounds of a form.
func mass(form string) int {
	n := 0
	for i := range len(form) {
		n += int(weight[form[i]&127])
	}
	return n
}

// vowelCost is what an unwritten vowel costs when one side is an abjad.
const vowelCost = 4

// distance is the cheapest way from one form to the other, in hundredths of a consonant: a weighted edit distance with swapped neighbours.
// free says that one side does not write short vowels. What is dearer than limit is told as more than limit.
func distance(a, b string, free bool, limit int) int {
	if a == b {
		return 0
	}
	if a == "" || b == "" {
		return limit + 1
	}
	drops := &weight
	if free {
		drops = &weightFree
	}
	var rows [3][maxSounds + 1]int32
	var costs [maxSounds]int32 // of leaving out each sound of b
	before, last, row := &rows[0], &rows[1], &rows[2]
	m := min(len(b), maxSounds)
	for j := range m {
		costs[j] = int32(drops[b[j]&127])
		last[j+1] = last[j] + costs[j]
	}
	for i := range min(len(a), maxSounds) {
		ca := a[i] & 127
		da := int32(drops[ca])
		changes := &change[ca]
		v := last[0] + da
		row[0] = v
		best := v
		for j := range m {
			cb := b[j] & 127
			v = min(last[j]+int32(changes[cb]), last[j+1]+da, v+costs[j])
			if i > 0 && j > 0 && ca == b[j-1] && a[i-1] == cb && ca != cb {
				v = min(v, before[j-1]+60)
			}
			row[j+1] = v
			best = min(best, v)
		}
		if int(best) > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	n := int(last[m])
	if !free && (a[len(a)-1] == 'a') != (b[len(b)-1] == 'a') { // Karim is not Karima
		n += 25
	}
	return n
}
