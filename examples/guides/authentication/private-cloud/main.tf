terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "private-1"

  # All services: https://{service}.private-1.cloud.example.com
  cloud = "cloud.example.com"

  # Only IAM, which finds the project. In this cloud, it has one address for all regions.
  auth_url = "https://iam.cloud.example.com/v3"

  # Only STS, which assumes the agency. A host alone means https.
  endpoints = {
    sts = "sts-gateway.cloud.example.com"
  }

  # Trusted in addition to the system's certificate authorities.
  cacert_file = "${path.module}/authority.pem"

  assume_role {
    agency_name = "training-reader"
    domain_id   = "d0000000000000000000000000000002"
  }
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
