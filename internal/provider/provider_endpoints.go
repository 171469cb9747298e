package provider

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var hostPattern = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?(\.[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?)+$`)

// endpoints returns the addresses that the configuration sets, nil for those that it does not.
func (r *resolver) endpoints(insecure bool) (metastudio, iam, sts *url.URL) {
	services := []string{"metastudio", "iam", "sts"}
	set := map[string]*url.URL{}
	var others []string
	elements := r.model.Endpoints.Elements()
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		at := path.Root("endpoints").AtMapKey(key)
		value, _ := elements[key].(types.String) // the elements of a map of strings
		if value.IsNull() {
			continue
		}
		if !slices.Contains(services, key) {
			others = append(others, key) // the map may be shared with the official provider
			continue
		}
		address, err := parseEndpoint(value.ValueString(), insecure)
		if err != nil {
			r.fail(at, "Invalid endpoint", "endpoints.%s %s.", key, err)
			continue
		}
		set[key] = address
	}

	if len(others) > 0 {
		at := path.Root("endpoints")
		if r.holdsSecret(at) {
			at = path.Empty()
		}
		r.unknown = append(r.unknown, unknownName{at, "This provider has no use for " + namesWithHints(others, services) +
			" in endpoints. It asks the services " + enumerate(services, "and") + "."})
	}

	if text, found := r.value("auth_url"); text != "" {
		address, err := parseEndpoint(text, insecure)
		switch {
		case err != nil:
			r.fail(path.Root("auth_url"), "Invalid endpoint", "%s %s.", found, err)
		case set["iam"] == nil:
			// The path of the API's version belongs to the calls.
			address.Path = strings.TrimSuffix(address.Path, "/v3")
			set["iam"] = address
		}
	}
	return set["metastudio"], set["iam"], set["sts"]
}

// parseEndpoint reads an address; a host alone means https. An error completes a sentence that
// begins with the name of the setting. It quotes only the scheme, since a password may be in the
// address.
func parseEndpoint(text string, insecure bool) (*url.URL, error) {
	const such = "such as https://metastudio.cn-north-4.myhuaweicloud.com"
	if text == "" {
		return nil, errors.New("is empty; remove it, or set it to an address " + such)
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	address, err := url.Parse(text)
	switch {
	case err != nil || address.Hostname() == "":
		return nil, errors.New("is not an address " + such)
	case !validPort(address.Port()):
		return nil, errors.New("has a port that is not one of 1 to 65535")
	case address.User != nil:
		return nil, errors.New("holds a user or password, which the service does not ask for; remove them")
	case address.RawQuery != "" || address.ForceQuery || address.Fragment != "":
		return nil, errors.New("holds a query or a fragment; remove it")
	case address.Scheme == "http" && !insecure && !loopback(address.Hostname()):
		return nil, errors.New("is without TLS, so that credentials could be read on the way; use https://, or set insecure = true (HW_INSECURE) if that is what you want")
	case address.Scheme != "https" && address.Scheme != "http":
		return nil, fmt.Errorf("begins with %s://; it must begin with https://", address.Scheme)
	}
	return &url.URL{Scheme: address.Scheme, Host: address.Host, Path: strings.TrimRight(address.Path, "/")}, nil
}

// validPort reports whether a port is one that a server can have; "" is the scheme's own.
func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	return net.ParseIP(host).IsLoopback() // false for what is no IP address
}
