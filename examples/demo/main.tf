# What "make demo" applies: all training jobs, those that failed last, and one job.

terraform {
  # Earlier versions do not support functions of providers.
  required_version = ">= 1.8"

  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

variable "endpoint" {
  description = "Address of the emulator."
  type        = string
}

# The emulator's own values; they work with the emulator only.
variable "region" {
  type    = string
  default = "cn-north-4"
}

variable "project_id" {
  type    = string
  default = "0123456789abcdef0123456789abcdef"
}

variable "access_key" {
  type    = string
  default = "TESTAK00000000000000"
}

variable "secret_key" {
  type      = string
  default   = "TESTSK0000000000000000000000000000000000"
  sensitive = true
}

provider "metastudio" {
  region     = var.region
  project_id = var.project_id
  access_key = var.access_key
  secret_key = var.secret_key

  endpoints = {
    metastudio = var.endpoint
  }
}

# Every job.
data "metastudio_avatar_training_jobs" "all" {}

# The four jobs that failed last. The service does the filtering.
data "metastudio_avatar_training_jobs" "failed" {
  state = [
    "AUTO_VERIFY_FAILED",
    "MANUAL_VERIFY_FAILED",
    "TRAINING_DATA_PREPROCESS_FAILED",
    "TRAIN_FAILED",
    "INFERENCE_DATA_PREPROCESS_FAILED",
    "COMPILE_FAILED",
    "ACTION_GENERATE_DATA_FAILED",
    "ACTION_GENERATE_ORI_FAILED",
    "GENERATE_ACTION_PREPROCESS_FAILED",
    "ACTION_MARK_FAILED",
    "TEST_VIDEO_CHECK_FAILED",
    "VIDEO_ANALYZE_FAILED",
    "BEAUTYFACE_FAILED",
  ]
  sort_key = "update_time"
  sort_dir = "desc"
  limit    = 4
}

# One job.
data "metastudio_avatar_training_jobs" "one" {
  job_id = "bf46c9f335b14e84bd028f6acb52686b"
}

locals {
  # The IDs of the jobs by the console's label for their state.
  ids_by_group = {
    for job in data.metastudio_avatar_training_jobs.all.jobs :
    provider::metastudio::state_group(job.state) => job.job_id...
  }
}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}

output "jobs_by_group" {
  value = { for group, ids in local.ids_by_group : group => length(ids) }
}

output "last_failed_jobs" {
  value = [
    for job in data.metastudio_avatar_training_jobs.failed.jobs : "${job.last_update_time} ${job.name}: ${job.state}"
  ]
}

# What the service leaves out of a job is null; it is left out here too.
output "one_job" {
  value = {
    for name, value in one(data.metastudio_avatar_training_jobs.one.jobs) : name => value if value != null
  }
}
