package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// stableID returns 32 hexadecimal characters that depend on kind and n alone, as an id of the
// service may look.
func stableID(kind string, n int) string {
	sum := sha256.Sum256([]byte(kind + "/" + strconv.Itoa(n)))
	return hex.EncodeToString(sum[:16])
}
