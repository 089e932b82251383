package web

// Routes lists the patterns of all pages with the permission that each needs, for the test that denies by default.
func Routes(demo bool) map[string]string {
	s := &site{}
	if demo {
		s.opt.Demo = []DemoAccount{}
	}
	all := map[string]string{}
	for _, r := range s.routes() {
		all[r.pattern] = string(r.needs)
	}
	return all
}

// Asset gives the bytes of an embedded file.
func Asset(name string) string {
	b, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// Born reads a birth as the search's form takes it.
var Born = born
