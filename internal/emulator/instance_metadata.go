package emulator

import (
	"net/http"
	"strconv"
	"time"
)

// The limits and texts of the metadata service.
const (
	headerMetadataToken    = "X-Metadata-Token"
	headerMetadataTokenTTL = "X-Metadata-Token-Ttl-Seconds"
	mostMetadataSeconds    = 21600
	instanceKeyLifetime    = 24 * time.Hour
	// textNoAgency tells an instance without an agency from a token that has expired.
	textNoAgency = "Please configure Cloud Service Agency first"
)

// metadataState is what the metadata service remembers, under the lock of identity.
type metadataState struct {
	tokens map[string]time.Time
	key    *accessKey
}

// metadataToken answers PUT /meta-data/latest/api/token.
func (s *Server) metadataToken(x *exchange) *reply {
	if !s.config.metadata {
		return x.noMetadata()
	}
	if !s.config.metadataTokens {
		return textReply(http.StatusMethodNotAllowed, "405 Method Not Allowed")
	}
	ttl := x.r.Header.Get(headerMetadataTokenTTL)
	if wrong := numberBetween(1, mostMetadataSeconds)(ttl); wrong != "" {
		return textReply(http.StatusBadRequest, "400 Bad Request").because("%s is %q: %s", headerMetadataTokenTTL, ttl, wrong)
	}
	n, _ := strconv.Atoi(ttl)

	i := s.identity
	i.mu.Lock()
	defer i.mu.Unlock()
	i.issued++
	value := "EmulatedMetadataToken" + i.random("metadata")
	if i.metadata.tokens == nil {
		i.metadata.tokens = map[string]time.Time{}
	}
	i.metadata.tokens[value] = x.now.Add(time.Duration(n) * time.Second)
	i.secrets = append(i.secrets, value)
	return textReply(http.StatusOK, value)
}

// securityKey answers GET /openstack/latest/securitykey.
func (s *Server) securityKey(x *exchange) *reply {
	if !s.config.metadata {
		return x.noMetadata()
	}
	i := s.identity
	i.mu.Lock()
	defer i.mu.Unlock()
	if s.config.metadataTokens && !x.now.Before(i.metadata.tokens[x.r.Header.Get(headerMetadataToken)]) {
		return textReply(http.StatusUnauthorized, "401 Unauthorized").because("%s is missing, unknown or expired", headerMetadataToken)
	}
	if !s.config.instanceAgency {
		return textReply(http.StatusUnauthorized, textNoAgency)
	}
	// The key is the same at each request until it expires.
	if i.metadata.key == nil || !x.now.Before(i.metadata.key.expires) {
		carried := &agency{name: "instance-reader", domainID: DomainID}
		i.metadata.key = i.issueKeyLocked(carried.session(), instanceKeyLifetime, x.now)
	}
	return keyReply(http.StatusOK, i.metadata.key)
}

func (x *exchange) noMetadata() *reply { return textReply(http.StatusNotFound, "404 Not Found") }
