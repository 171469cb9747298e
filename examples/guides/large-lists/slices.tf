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

# One list for each year, if all jobs together are too many for one list.
data "metastudio_avatar_training_jobs" "year" {
  for_each = toset(["2023", "2024", "2025"])

  create_since = "${each.key}-01-01T00:00:00Z"
  create_until = "${each.key}-12-31T23:59:59Z"
}

output "count_by_year" {
  value = { for year, list in data.metastudio_avatar_training_jobs.year : year => list.total_count }
}
