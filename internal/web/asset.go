package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// assets are served under names that carry a hash of their bytes, so that a browser may keep them for ever.
var assets, assetNames = func() (map[string][]byte, map[string]string) {
	bytes, names := map[string][]byte{}, map[string]string{}
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(fmt.Sprintf("web: embedded assets: %v", err)) // a defect of the program
	}
	for _, e := range entries {
		b, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			panic(fmt.Sprintf("web: embedded assets: %v", err))
		}
		sum := sha256.Sum256(b)
		ext := path.Ext(e.Name())
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		bytes[hashed], names[e.Name()] = b, "/assets/"+hashed
	}
	return bytes, names
}()

// asset is the address of an embedded file.
func asset(name string) string { return assetNames[name] }

var assetTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

func serveAsset(w http.ResponseWriter, req *http.Request) {
	b, ok := assets[req.PathValue("name")]
	if !ok {
		http.NotFound(w, req)
		return
	}
	w.Header().Set("Content-Type", assetTypes[path.Ext(req.PathValue("name"))])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(b) // the reader is gone
}
