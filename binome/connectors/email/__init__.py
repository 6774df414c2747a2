"""E-mail: any mailbox, read by IMAP and answered by SMTP."""
