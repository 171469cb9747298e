package emulator

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// URLSecret is a part of every signed URL that is made up here. Such a URL works for whoever has
// it, so it must not be stored or logged.
const URLSecret = "EmulatedUrlSignature"

// urlAccessKey stands in every signed URL.
const urlAccessKey = "OBSEMULATEDKEY000000"

// urlLifetime is how long the service's signed URLs work.
const urlLifetime = 24 * time.Hour

// signedURL makes up the URL of an object as the service signs it; n makes one signature differ
// from another.
func signedURL(object string, n int, signed time.Time) string {
	query := url.Values{
		"AccessKeyId": {urlAccessKey},
		"Expires":     {strconv.FormatInt(signed.Add(urlLifetime).Unix(), 10)},
		"Signature":   {URLSecret + stableID("url/"+object, n)},
	}
	return "https://example.com/" + object + "?" + query.Encode()
}

// resignURL signs a URL anew: the same object with another query.
func resignURL(old string, n int, now time.Time) string {
	path, _, _ := strings.Cut(old, "?")
	return signedURL(path[strings.LastIndex(path, "/")+1:], n, now)
}
