package emulator

import "time"

// Option changes one thing about a Server before it starts.
type Option func(*config)

// config is what the options fill in.
type config struct {
	addr  string
	clock func() time.Time
	jobs  []Job

	// exampleBatch is that of WithExampleBatch.
	exampleBatch bool
	requestLog   func(Request)

	latency    time.Duration
	quotas     []Quota
	otherShare float64
	plain      bool
	unrecorded bool

	listing        listingOptions
	tokenLifetime  time.Duration
	keyLifetime    time.Duration
	expiredCode    string
	projects       []Project
	metadata       bool
	instanceAgency bool
	metadataTokens bool
}

func defaultConfig() config {
	return config{
		addr:           "127.0.0.1:0",
		clock:          time.Now,
		tokenLifetime:  24 * time.Hour,
		expiredCode:    "APIGW.0307",
		metadataTokens: true,
	}
}

// WithJobs sets the jobs; without it there are 101 of StandardJobs.
func WithJobs(jobs []Job) Option { return func(c *config) { c.jobs = append([]Job{}, jobs...) } }

// WithJobCount sets the jobs to StandardJobs(n).
func WithJobCount(n int) Option { return func(c *config) { c.jobs = StandardJobs(n) } }

// WithClock sets the service's clock. Signatures, tokens, keys, quotas and signed URLs are judged
// by it, and all times that the service writes are on it, the Date header included. Waiting is not.
func WithClock(now func() time.Time) Option { return func(c *config) { c.clock = now } }

// WithAddr sets the address that Start listens on; without it a free port of 127.0.0.1.
func WithAddr(addr string) Option { return func(c *config) { c.addr = addr } }

// WithLatency makes every request wait that long before it is evaluated.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithoutGzip sends replies uncompressed even to a client that accepts gzip, for measurements.
func WithoutGzip() Option { return func(c *config) { c.plain = true } }

// WithRequestLog calls log at the end of every request, from several goroutines at once. A request
// has no Query, Header and Body under WithoutRecording.
func WithRequestLog(log func(Request)) Option { return func(c *config) { c.requestLog = log } }

// WithoutRecording keeps counts and peaks but no requests, for long measurements.
func WithoutRecording() Option { return func(c *config) { c.unrecorded = true } }

// WithTokenLifetime sets how long a token lives; 24 hours without it.
func WithTokenLifetime(d time.Duration) Option { return func(c *config) { c.tokenLifetime = d } }

// WithKeyLifetime sets how long a temporary key lives, in place of the duration that was asked for.
func WithKeyLifetime(d time.Duration) Option { return func(c *config) { c.keyLifetime = d } }

// WithExpiredTokenCode sets how a token is refused that has expired or was revoked: "APIGW.0307"
// (the default), "APIGW.0301", both with status 401, or "MSS.00010008", with status 400.
func WithExpiredTokenCode(code string) Option { return func(c *config) { c.expiredCode = code } }

// WithProjects adds projects to those of the accounts; several may have one name.
func WithProjects(projects ...Project) Option {
	return func(c *config) { c.projects = append(c.projects, projects...) }
}

// WithoutProject removes the project with an id, as in an account where the region was never
// opened.
func WithoutProject(id string) Option {
	return func(c *config) { c.projects = append(c.projects, Project{ID: id, closed: true}) }
}

// WithInstanceAgency switches the metadata service on, for an instance that carries an agency.
func WithInstanceAgency() Option {
	return func(c *config) { c.metadata, c.instanceAgency = true, true }
}

// WithBareInstance switches the metadata service on, for an instance that carries no agency.
func WithBareInstance() Option { return func(c *config) { c.metadata = true } }

// WithoutMetadataTokens makes the metadata service an old one that issues no tokens and asks for
// none.
func WithoutMetadataTokens() Option { return func(c *config) { c.metadataTokens = false } }
