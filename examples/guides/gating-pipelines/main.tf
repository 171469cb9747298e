# Checks whether a batch is done, and manages nothing.

terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "cn-north-4"
}

variable "batch_name" {
  description = "Name of the batch that has to be done."
  type        = string
  default     = "spring-campaign"
}

data "metastudio_avatar_training_jobs" "batch" {
  batch_name = var.batch_name
}

locals {
  unfinished = [
    for job in data.metastudio_avatar_training_jobs.batch.jobs : "${job.name} (${job.state})"
    if !contains(["JOB_SUCCESS", "JOB_FINISH"], job.state)
  ]
}

check "batch_is_done" {
  assert {
    condition     = length(data.metastudio_avatar_training_jobs.batch.jobs) > 0
    error_message = "There are no jobs in the batch ${var.batch_name}."
  }

  assert {
    condition     = length(local.unfinished) == 0
    error_message = "Not done yet: ${join(", ", local.unfinished)}."
  }
}

output "job_count" {
  value = length(data.metastudio_avatar_training_jobs.batch.jobs)
}
