package provider

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

// maxEncodedJobs is how large a list may be when encoded. Terraform and its providers exchange
// messages of 256 MiB at most, and one that is larger fails the whole plan with an error that says
// nothing of jobs.
const maxEncodedJobs = 250 << 20

// tooLargeError is a list of jobs that does not fit into an answer.
type tooLargeError struct {
	jobs, fitting int
}

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the %s jobs do not fit into one answer to Terraform, which holds about %s of them", grouped(e.jobs), grouped(e.fitting))
}

// encodeJobs encodes what shown returns for each job as Terraform expects the value of the
// attribute jobs. The fields take their names from the tags with which the client decodes them. The
// answer may have limit bytes.
func encodeJobs[J any](jobs []J, shown func(J) J, limit int) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := newEncoder(&buffer)
	if err := encoder.EncodeArrayLen(len(jobs)); err != nil {
		return nil, err
	}
	var job J // one for all, since the encoder's argument is allocated
	for i := range jobs {
		job = shown(jobs[i])
		if err := encoder.Encode(&job); err != nil {
			return nil, err
		}
		if buffer.Len() > limit {
			return nil, &tooLargeError{jobs: len(jobs), fitting: i}
		}
		if i == sampledJobs {
			// Jobs of one account are much alike: the first ones tell how much the others will
			// take, and growing by doubling costs as much as encoding.
			buffer.Grow(min(buffer.Len()/i*len(jobs)*9/8, limit))
		}
	}
	return buffer.Bytes(), nil
}

// sampledJobs is how many jobs are encoded before the size of all of them is estimated.
const sampledJobs = 20

// emptyJob returns how many bytes a job without texts has when it is encoded.
var emptyJob = sync.OnceValue(func() int {
	var buffer bytes.Buffer
	_ = newEncoder(&buffer).Encode(&client.Job{}) // writing to a buffer cannot fail
	return buffer.Len()
})

// tooLargeJobError is a single job that does not fit into an answer.
type tooLargeJobError struct{ bytes int }

func (e *tooLargeJobError) Error() string {
	return fmt.Sprintf("the job has %s bytes and does not fit into one answer to Terraform", grouped(e.bytes))
}

// encodeJob encodes one job as Terraform expects the value of the attribute job. The answer may
// have limit bytes.
func encodeJob(job *client.JobDetail, limit int) ([]byte, error) {
	var buffer bytes.Buffer
	if err := newEncoder(&buffer).Encode(job); err != nil {
		return nil, err
	}
	if buffer.Len() > limit {
		return nil, &tooLargeJobError{bytes: buffer.Len()}
	}
	return buffer.Bytes(), nil
}

func newEncoder(buffer *bytes.Buffer) *msgpack.Encoder {
	encoder := msgpack.NewEncoder(buffer)
	encoder.SetCustomStructTag("json")
	return encoder
}
