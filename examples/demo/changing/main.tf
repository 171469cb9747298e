# What "make demo" applies to a list that changes while it is read.

terraform {
  required_version = ">= 1.5"

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

data "metastudio_avatar_training_jobs" "all" {}

output "job_ids" {
  value = data.metastudio_avatar_training_jobs.all.jobs[*].job_id
}
