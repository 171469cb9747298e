package client

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// Replies are decoded with the package that becomes encoding/json/v2 of the standard library. It
// matches keys exactly, refuses one that is repeated, and decodes a page job by job, so that a page
// is refused at the first job too many.

const (
	// maxReply bounds the body of a reply, in bytes. A page of 100 jobs is about 100 kB. With every
	// field as long as the documentation allows, and each character written as an escape, it is 2.6
	// MB.
	maxReply = 4 << 20
	// maxText bounds one text of a job, in bytes: eight times the longest of the documentation,
	// that of cover_download_url.
	maxText = 16 << 10
	// maxTexts bounds a list of texts of a job. The documentation allows ten tags.
	maxTexts = 100
	// maxRecords bounds the lists of a single job, such as its logs, which have some dozens of
	// elements.
	maxRecords = 10_000
)

// boundError is a reply that has more in it than makes sense.
type boundError struct{ text string }

func (e *boundError) Error() string { return e.text }

// errNot200 is a reply with a status of success other than 200, the only one that the API has.
var errNot200 = errors.New("the reply is not this API's: its status is not 200")

// decodeOptions are how replies are decoded. Invalid UTF-8 is replaced, as it is elsewhere in a
// name that somebody has cut.
var decodeOptions = json.JoinOptions(
	jsontext.AllowInvalidUTF8(true),
	json.WithUnmarshalers(json.JoinUnmarshalers(
		listOf[string](maxTexts), listOf[OperationLog](maxRecords), listOf[CommentLog](maxRecords), listOf[SubTrainingJob](maxRecords),
	)),
)

// listOf decodes lists of up to limit elements. An element that is null is none, as a field that is
// null is: nowhere does the service give null a meaning, and an empty text would be a tag that a
// filter can find.
func listOf[T any](limit int) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, list *[]T) error {
		if decoder.PeekKind() != '[' {
			return errors.ErrUnsupported // null, or an error of the library's
		}
		if _, err := decoder.ReadToken(); err != nil {
			return err
		}
		*list = []T{}
		for decoder.PeekKind() != ']' {
			if decoder.PeekKind() == 'n' {
				if err := decoder.SkipValue(); err != nil {
					return err
				}
				continue
			}
			if len(*list) == limit {
				return &boundError{fmt.Sprintf("a list in it has more than %d elements", limit)}
			}
			*list = append(*list, *new(T))
			if err := json.UnmarshalDecode(decoder, &(*list)[len(*list)-1]); err != nil {
				return err
			}
		}
		_, err := decoder.ReadToken()
		return err
	})
}

// decodeObject decodes a reply that is one object.
func decodeObject(data []byte, into any) error { return json.Unmarshal(data, into, decodeOptions) }

// decode reads one page of limit jobs at most as it comes. It is strict about what the reading
// depends on, the count and each job's id, and tolerant elsewhere.
func (k *jobKind[J]) decode(data []byte, limit int) (count int, jobs []J, err error) {
	page := pageDecoder[J]{kind: k, limit: limit, jobs: make([]J, 0, min(limit, len(data)/512+1))}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(data), decodeOptions)
	if err := page.read(decoder); err != nil {
		return 0, nil, err
	}
	end := decoder.InputOffset()
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return 0, nil, &notJSONError{offset: end}
	}
	if page.count < 0 {
		return 0, nil, errors.New(`it has no "count"`)
	}
	return page.count, page.jobs, nil
}

// pageDecoder decodes one page of a list.
type pageDecoder[J any] struct {
	kind  *jobKind[J]
	limit int
	count int // -1 without one
	jobs  []J
}

func (p *pageDecoder[J]) read(decoder *jsontext.Decoder) error {
	p.count = -1
	if decoder.PeekKind() != '{' {
		if _, err := decoder.ReadToken(); err != nil {
			return err
		}
		return errNoObject
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		switch name.String() {
		case "count":
			err = p.readCount(decoder)
		case "jobs":
			err = p.readJobs(decoder)
		case "error_code":
			err = readErrorCode(decoder)
		default:
			err = decoder.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := decoder.ReadToken()
	return err
}

// errNoObject is a reply whose description begins with what it is, see notThisAPI.
var errNoObject = errors.New("it is not a JSON object")

// errFailed is a reply that is an error in spite of its status, whatever else is in it: a list that
// is empty because it could not be read must not look like one without jobs.
var errFailed = errors.New("the reply is an error in spite of its status")

// readErrorCode refuses an error code. An empty one, and null, mean that there is no error.
func readErrorCode(decoder *jsontext.Decoder) error {
	value, err := decoder.ReadValue()
	if err != nil || value.Kind() == 'n' || string(value) == `""` {
		return err
	}
	return errFailed
}

func (p *pageDecoder[J]) readCount(decoder *jsontext.Decoder) error {
	value, err := decoder.ReadValue()
	if err != nil || value.Kind() == 'n' {
		return err
	}
	if err := json.Unmarshal(value, &p.count); err != nil || p.count < 0 || p.count > math.MaxInt32 {
		return fmt.Errorf(`its "count" is not a whole number from 0 to %d`, math.MaxInt32)
	}
	return nil
}

func (p *pageDecoder[J]) readJobs(decoder *jsontext.Decoder) error {
	switch kind := decoder.PeekKind(); kind {
	case '[':
	case 'n':
		p.jobs = nil
		return decoder.SkipValue()
	default:
		if err := decoder.SkipValue(); err != nil {
			return err
		}
		return wrongKind("jobs", kind)
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for decoder.PeekKind() != ']' {
		if len(p.jobs) == p.limit {
			return &boundError{fmt.Sprintf("it has more than the %d jobs that were asked for", p.limit)}
		}
		p.jobs = append(p.jobs, *new(J))
		job := &p.jobs[len(p.jobs)-1]
		if err := json.UnmarshalDecode(decoder, job); err != nil {
			return err
		}
		if p.kind.id(job) == "" {
			return fmt.Errorf(`job %d of the page has no "job_id"`, len(p.jobs))
		}
		if err := p.kind.check(job); err != nil {
			return err
		}
		p.kind.normalize(job)
	}
	_, err := decoder.ReadToken()
	return err
}

// check refuses a job with a text that is too long.
func (j *Job) check() error {
	for _, text := range j.texts() {
		if text != nil && len(*text) > maxText {
			return &boundError{fmt.Sprintf("a text in it has more than %d bytes", maxText)}
		}
	}
	for _, list := range [][]string{j.Tags, j.OptionalTrainingLocation} {
		for _, text := range list {
			if len(text) > maxText {
				return &boundError{fmt.Sprintf("a text in it has more than %d bytes", maxText)}
			}
		}
	}
	return nil
}

// texts returns the fields of the job that are one text, nil for those that it does not have.
func (j *Job) texts() [14]*string {
	return [...]*string{
		&j.JobID, j.Name, j.State, j.AssetID, j.ProjectID, j.CoverDownloadURL, j.LastUpdateTime, j.CreateTime,
		j.Contact, j.BatchName, j.ModelVersion, j.MattingType, j.ModelResolution, j.AppUserID,
	}
}

// notJSONError is a reply that stops being JSON at an offset.
type notJSONError struct{ offset int64 }

func (e *notJSONError) Error() string {
	return fmt.Sprintf("it is not valid JSON at byte %d", e.offset+1)
}

// notThisAPI describes a reply that could not be decoded. It quotes the beginning of HTML and of
// text, but nothing of data, which could be somebody's phone number.
func notThisAPI(err error, body []byte) error {
	if errors.Is(err, errFailed) {
		return err
	}
	const not = "the reply is not this API's: "
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return errors.New(not + "it is empty")
	case body[0] != '{':
		begin := body[:min(len(body), 80)]
		if begin[0] != '<' && bytes.ContainsAny(begin, "0123456789\"{[=") {
			return errors.New(not + "it is not a JSON object")
		}
		return fmt.Errorf(not+"it begins %q", transport.Excerpt(begin))
	}
	return errors.New(not + decodeProblem(err, len(body)))
}

// decodeProblem says in one sentence what is wrong with a reply of so many bytes, without anything
// of its values.
func decodeProblem(err error, length int) string {
	if bound, ok := errors.AsType[*boundError](err); ok {
		return bound.text
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Sprintf("it breaks off after %d bytes", length)
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if !errors.Is(err, jsontext.ErrDuplicateName) {
			return (&notJSONError{offset: syntax.ByteOffset}).Error()
		}
		if name := syntax.JSONPointer.LastToken(); ownName.MatchString(name) {
			return fmt.Sprintf("%q is in it twice", name)
		}
		return "a key is in it twice"
	}
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		return wrongKind(pathOf(wrong.JSONPointer), wrong.JSONKind).Error()
	}
	return err.Error()
}

// ownName matches names as the API has them. Others could be data.
var ownName = regexp.MustCompile(`^[a-z_]{1,40}$`)

// pathOf writes where something stands in a reply, without the numbers of elements.
func pathOf(pointer jsontext.Pointer) string {
	var path []string
	for name := range pointer.Tokens() {
		if ownName.MatchString(name) {
			path = append(path, name)
		}
	}
	return strings.Join(path, ".")
}

// wrongKind returns the error of a value of another kind than the API has at this place.
func wrongKind(path string, kind jsontext.Kind) error {
	names := map[jsontext.Kind]string{'"': "a string", '0': "a number", '{': "an object", '[': "an array", 't': "a bool", 'f': "a bool"}
	return fmt.Errorf("%q in it is %s", path, names[kind])
}
