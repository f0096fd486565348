"""WhatsApp: numbers of ours that messages leave from and come in at. Knows nothing of contacts and deals.

Nouns: Line (a number of ours), Outgoing, Incoming. Verbs: add, edit and retire a line; queue_message, send_again; take_in
what a provider tells. Facts: line.*, chat.*. Providers stand behind `provider.py`; `cloud_api.py` is the one for the
WhatsApp Cloud API. Rooms above say what may leave (`before_sending`) and what becomes of what came (reactions).
"""
