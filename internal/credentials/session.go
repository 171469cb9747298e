package credentials

import (
	"context"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// Session signs in by one configuration, at the earliest when something is to be
// read, and once for all that is read. It is safe for concurrent use.
type Session struct {
	config  Config
	network transport.Config
	now     func() time.Time

	link     link
	projects *shared[target, project]
}

// Scope is where a read takes place, and what opens it.
type Scope struct {
	// Region and ProjectID are the effective ones.
	Region, ProjectID string
	// Authorizer signs requests to this region on behalf of this project.
	Authorizer transport.Authorizer
}

// New returns a Session. Calls to IAM and STS travel by network, but for its
// Authorizer and Limiter: the limit is that of another service. Nothing is sent
// yet.
func New(config Config, network transport.Config) *Session {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.ReadFile == nil {
		config.ReadFile = os.ReadFile
	}
	s := &Session{config: config, network: network, now: config.Now}
	s.link = s.chain()
	s.projects = newShared(s.now, func(project) bool { return true }, s.findProject)
	return s
}

// Source says in words how the session signs in, never with what value.
func (s *Session) Source() string {
	steps := []string{s.config.Source}
	if o := s.config.OIDC; o != nil {
		steps[0] = o.describe(s.config.Source)
	}
	for _, role := range s.config.AssumeRoles {
		steps = append(steps, role.describe())
	}
	return strings.Join(steps, ", ")
}

// Scope returns where a read of this region and project takes place; "" means
// the session's own. It may sign in to find out which project that is. A failure
// is an *Error, or a *transport.Error when ctx ended.
func (s *Session) Scope(ctx context.Context, region, projectID string) (Scope, error) {
	to := target{region: region, project: project{ID: projectID}}
	if region == "" {
		to.region = s.config.Region
	}
	if projectID == "" {
		// A project belongs to one region, so the session's own is no use elsewhere.
		to.project = project{Name: to.region}
		if to.region == s.config.Region {
			to.project.ID = s.config.ProjectID
			if s.config.ProjectName != "" {
				to.project.Name = s.config.ProjectName
			}
		}
	}
	if to.project.ID != "" {
		to.project.Name = "" // one key for one project, however it was named
	}

	scope := Scope{Region: to.region, ProjectID: to.project.ID}
	if scope.ProjectID == "" {
		found, err := s.projects.get(ctx, to)
		if err != nil {
			return Scope{}, interrupted(ctx, err, "finding the project "+to.project.Name)
		}
		scope.ProjectID = found.ID
	}
	scope.Authorizer = &authorizer{link: s.link, target: to, projectID: scope.ProjectID, now: s.now}
	return scope, nil
}

// interrupted says what was under way when ctx ended.
func interrupted(ctx context.Context, err error, doing string) error {
	if err == ctx.Err() { //nolint:errorlint // exactly this, and not an attempt that timed out
		return &transport.Error{Doing: doing, Err: err}
	}
	return err
}

// account returns a client for calls of a whole account, opened by the link.
func (s *Session) account(below link) *transport.Client {
	network := s.network
	network.Authorizer, network.Limiter = nil, nil
	if below != nil {
		network.Authorizer = &authorizer{link: below, now: s.now}
	}
	return transport.New(network)
}

// iam and sts return the services' addresses for a region; "" is the session's.
func (s *Session) iam(region string) *url.URL { return s.endpoint("iam", region, s.config.IAMEndpoint) }
func (s *Session) sts(region string) *url.URL { return s.endpoint("sts", region, s.config.STSEndpoint) }

func (s *Session) endpoint(service, region string, fixed *url.URL) *url.URL {
	if fixed != nil {
		return fixed
	}
	if region == "" {
		region = s.config.Region
	}
	return Endpoint(service, region, s.config.Cloud)
}
