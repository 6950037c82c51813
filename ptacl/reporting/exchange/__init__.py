"""Results for other systems: a DICOM structured report and a FHIR bundle."""
