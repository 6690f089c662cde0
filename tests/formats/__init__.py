"""Tests of the formats; judges that we did not write read what the formats wrote."""
