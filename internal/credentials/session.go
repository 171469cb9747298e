package credentials

import (
	"context"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// Session signs in with one configuration: when something is read for the first time, and once for
// all reads. It is safe for concurrent use.
type Session struct {
	config  Config
	network transport.Config
	now     func() time.Time
	clock   *serviceClock

	provider provider
	projects *cache[target, project]
}

// Scope is the region and the project of a read, and their credential.
type Scope struct {
	// Region and ProjectID are the effective ones.
	Region, ProjectID string
	// Authorizer authorizes requests to this region and project.
	Authorizer transport.Authorizer
}

// New returns a Session. It sends nothing yet. Calls to IAM and STS are sent over network, but
// without its Authorizer and its Limiter: the quota of the Limiter is that of another service.
func New(config Config, network transport.Config) *Session {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.ReadFile == nil {
		config.ReadFile = os.ReadFile
	}
	if config.MetadataURL == "" {
		config.MetadataURL = metadataURL
	}
	s := &Session{config: config, network: network, now: config.Now, clock: &serviceClock{local: config.Now}}
	s.network.Base = s.clock.learnFrom(network.Base)
	s.provider = s.newProvider()
	s.projects = newCache(s.now, func(project) bool { return true }, s.findProject)
	return s
}

// Source describes how the session signs in, never with which value.
func (s *Session) Source() string {
	steps := []string{s.config.Source}
	if o := s.config.OIDC; o != nil {
		steps[0] = o.description(s.config.Source)
	}
	for _, role := range s.config.AssumeRoles {
		steps = append(steps, role.description())
	}
	return strings.Join(steps, ", ")
}

// Scope returns the scope of a read of this region and project; "" stands for the session's own. It
// may sign in to look up the project. Every error is an *Error.
func (s *Session) Scope(ctx context.Context, region, projectID string) (Scope, error) {
	to := s.targetOf(region, projectID)
	scope := Scope{Region: to.region, ProjectID: to.project.ID}
	if scope.ProjectID == "" {
		found, err := s.projects.get(ctx, to)
		if err != nil {
			return Scope{}, operation{op: "finding the project " + to.project.Name, target: to}.failed(err)
		}
		scope.ProjectID = found.ID
	}
	scope.Authorizer = &authorizer{
		provider: s.provider, target: to, projectID: scope.ProjectID,
		invalidTokenCodes: s.config.InvalidTokenCodes, now: s.now,
	}
	return scope, nil
}

// targetOf completes a region and a project with the session's own.
func (s *Session) targetOf(region, projectID string) target {
	to := target{region: region, project: project{ID: projectID}}
	if region == "" {
		to.region = s.config.Region
	}
	if projectID == "" {
		// A project belongs to one region, so the session's own is of no use in another one.
		to.project = project{Name: to.region}
		if to.region == s.config.Region {
			to.project.ID = s.config.ProjectID
			if s.config.ProjectName != "" {
				to.project.Name = s.config.ProjectName
			}
		}
	}
	if to.project.ID != "" {
		to.project.Name = "" // so that a project has one key in the cache, however it was named
	}
	return to
}

// plainClient returns a client for calls without a credential.
func (s *Session) plainClient() *transport.Client {
	network := s.network
	network.Authorizer, network.Limiter = nil, nil
	return transport.New(network)
}

// authorizedClient returns a client for calls of a whole account with the provider's credential.
func (s *Session) authorizedClient(below provider) *transport.Client {
	network := s.network
	network.Authorizer, network.Limiter = &authorizer{provider: below, now: s.now}, nil
	return transport.New(network)
}

// iamEndpoint and stsEndpoint return the services' addresses in a region; "" is the session's.
func (s *Session) iamEndpoint(region string) *url.URL {
	return s.endpoint("iam", region, s.config.IAMEndpoint)
}

func (s *Session) stsEndpoint(region string) *url.URL {
	return s.endpoint("sts", region, s.config.STSEndpoint)
}

func (s *Session) endpoint(service, region string, configured *url.URL) *url.URL {
	if configured != nil {
		return configured
	}
	if region == "" {
		region = s.config.Region
	}
	return Endpoint(service, region, s.config.Cloud)
}
