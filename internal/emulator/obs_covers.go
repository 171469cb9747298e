package emulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// WithServedCovers serves the pictures that cover_download_url leads to, at signed URLs of this
// server. They are signed anew in every reply and work for 24 hours.
func WithServedCovers() Option { return func(c *config) { c.listing.serveCovers = true } }

// coverPath is where the covers are; one segment, the job's id, follows.
const coverPath = "/covers/"

// servedCover returns the signed URL of a job's cover on this server.
func (x *exchange) servedCover(jobID string) string {
	scheme := "http"
	if x.r.TLS != nil {
		scheme = "https"
	}
	expires := strconv.FormatInt(x.now.Add(urlLifetime).Unix(), 10)
	query := url.Values{
		"AccessKeyId": {urlAccessKey}, "Expires": {expires}, "Signature": {coverSignature(jobID, expires)},
	}
	return scheme + "://" + x.r.Host + coverPath + url.PathEscape(jobID) + "?" + query.Encode()
}

// coverSignature returns the signature of a cover's URL that expires at the given time.
func coverSignature(jobID, expires string) string {
	mac := hmac.New(sha256.New, []byte(URLSecret))
	mac.Write([]byte(http.MethodGet + "\n" + expires + "\n" + coverPath + jobID))
	return URLSecret + hex.EncodeToString(mac.Sum(nil))
}

// cover answers GET /covers/{job_id}, as object storage answers a signed URL.
func (s *Server) cover(x *exchange) *reply {
	query := x.r.URL.Query()
	expires := query.Get("Expires")
	if query.Get("AccessKeyId") != urlAccessKey ||
		!hmac.Equal([]byte(query.Get("Signature")), []byte(coverSignature(x.jobID, expires))) {
		return x.storageError(http.StatusForbidden, "SignatureDoesNotMatch",
			"The request signature we calculated does not match the signature you provided.")
	}
	// The signature holds, so this is a number.
	until, _ := strconv.ParseInt(expires, 10, 64)
	if !x.now.Before(time.Unix(until, 0)) {
		return x.storageError(http.StatusForbidden, "AccessDenied", "Request has expired")
	}
	everyJob := func(*Job) bool { return true }
	if !s.config.listing.serveCovers || s.store.current().find(x.jobID, everyJob) == nil {
		return x.storageError(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	}
	return &reply{status: http.StatusOK, header: http.Header{"Content-Type": {"image/png"}}, body: portrait(x.jobID)}
}

// storageError returns an error of object storage.
func (x *exchange) storageError(status int, code, message string) *reply {
	body, err := xml.Marshal(struct {
		XMLName   xml.Name `xml:"Error"`
		Code      string   `xml:"Code"`
		Message   string   `xml:"Message"`
		RequestID string   `xml:"RequestId"`
	}{Code: code, Message: message, RequestID: x.requestID})
	if err != nil {
		body = nil // cannot happen: the values are strings
	}
	return (&reply{status: status, header: http.Header{"Content-Type": {"application/xml"}}, body: body}).because("%s", message)
}

// portrait draws head and shoulders before a background whose colour the id decides.
func portrait(id string) []byte {
	const side = 96
	hue := sha256.Sum256([]byte(id))
	background := color.RGBA{128 + hue[0]/2, 128 + hue[1]/2, 128 + hue[2]/2, 255}
	figure := color.RGBA{40 + hue[3]/4, 40 + hue[4]/4, 40 + hue[5]/4, 255}
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{background, figure})
	for y := range side {
		for x := range side {
			dx, head, shoulders := x-side/2, y-side*3/8, y-side
			if dx*dx+head*head < 18*18 || dx*dx+shoulders*shoulders < 36*36 {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	// Writing to a buffer cannot fail, and the picture is neither empty nor too large.
	_ = png.Encode(&b, picture)
	return b.Bytes()
}
