"""Corpora of others → seed folders: what they claim, about entities and studies that we know.

A reader of `formats.reading` gives claims; here their ends become entities (`identities`), their
papers studies, and what comes of it is a folder of sources like any other (`folder`).
"""
