"""Apply Django's migrations so that a failure leaves what was there before."""
